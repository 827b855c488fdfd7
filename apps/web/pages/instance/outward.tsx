import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { lookAgain, useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { common } from '../../words/common.ts'
import { instanceWords as words } from '../../words/instance.ts'

/** The switch that stops every outward packet: what it says now, and moving it with a reason. */
export function Outward() {
  const may = useMay()
  const outward = useAnswer('GET /v1/outward', {}, { everyMillis: 15_000 })
  return (
    <Section id="outward" title={words.outward}>
      <Answer of={outward}>
        {({ isOff, reason, movedAt }) => (
          <div class="stack">
            <p class="statement">{isOff ? words.stopped : words.leaves}</p>
            {reason === '' ? null : <p>{words.reason(reason)}</p>}
            {movedAt === null ? null : (
              <p class="soft s">
                {words.movedAt} <When at={movedAt} />
              </p>
            )}
            {may('instance:operate') ? <Move isOff={isOff} onMoved={lookAgain} /> : null}
          </div>
        )}
      </Answer>
    </Section>
  )
}

function Move({ isOff, onMoved }: { readonly isOff: boolean; readonly onMoved: () => void }) {
  const move = useAct('PUT /v1/outward')
  const [isAsking, setAsking] = useState(false)
  const act = async (reason: string) => {
    if ((await move.run({ body: { isOff: !isOff, reason: reason.trim() } })) === null) return
    setAsking(false)
    onMoved()
  }
  return (
    <>
      <p>
        <button class={isOff ? 'button main' : 'button danger'} type="button" onClick={() => setAsking(true)}>
          {isOff ? words.letGo : words.stop}
        </button>
      </p>
      {isAsking ? (
        <Dialog
          title={isOff ? words.letGo : words.stop}
          onClose={() => setAsking(false)}
          foot={
            <>
              <button class="button" type="button" onClick={() => setAsking(false)}>
                {common.cancel}
              </button>
              <button
                class={isOff ? 'button main' : 'button danger'}
                type="submit"
                form="move-outward"
                aria-disabled={move.isBusy}
              >
                {isOff ? words.letGo : words.stopGo}
              </button>
            </>
          }
        >
          <ul class="bullets">
            {(isOff ? words.letGoWhat : words.stopWhat).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <form id="move-outward" class="form" onSubmit={(event) => void act(String(sent(event)['reason']))}>
            <Field name="reason" label={words.why} hint={words.whyHint} required={!isOff} maxLength={300} />
          </form>
          <Complaint error={move.error} />
        </Dialog>
      ) : null}
    </>
  )
}
