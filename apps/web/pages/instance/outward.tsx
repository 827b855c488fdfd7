import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

/** The switch that stops every outward packet: what it says now, and moving it with a reason. */
export function Outward() {
  const may = useMay()
  const outward = useAnswer('GET /v1/outward', {})
  const move = useAct('PUT /v1/outward')
  const [isAsking, setAsking] = useState(false)
  const act = async (isOff: boolean, reason: string) => {
    if ((await move.run({ body: { isOff, reason } })) === null) return
    setAsking(false)
    outward.reload()
  }
  return (
    <Section id="outward" title={words.instTabs.outward}>
      <Answer of={outward}>
        {({ isOff, reason, movedAt }) => (
          <div class="stack">
            <p>
              <b>{isOff ? words.outwardOff : words.outwardOn}</b> {reason === '' ? '' : `“${reason}”`}{' '}
              {movedAt === null ? null : <When at={movedAt} />}
            </p>
            {may('instance:operate') ? (
              <button class={isOff ? 'button main' : 'button danger'} type="button" onClick={() => setAsking(true)}>
                {isOff ? words.letGo : words.stopAll}
              </button>
            ) : null}
            {isAsking ? (
              <Dialog
                title={isOff ? words.letGo : words.stopAll}
                onClose={() => setAsking(false)}
                foot={
                  <>
                    <button class="button" type="button" onClick={() => setAsking(false)}>
                      {common.cancel}
                    </button>
                    <button
                      class={isOff ? 'button main' : 'button danger'}
                      type="submit"
                      form="outward-form"
                      aria-disabled={move.isBusy}
                    >
                      {isOff ? words.letGo : words.stopAll}
                    </button>
                  </>
                }
              >
                {isOff ? null : <p>{words.stopText}</p>}
                <form
                  id="outward-form"
                  class="form"
                  onSubmit={(event) => void act(!isOff, String(sent(event)['reason']))}
                >
                  <Field name="reason" label={words.why} required maxLength={300} />
                </form>
                <Complaint error={move.error} />
              </Dialog>
            ) : null}
          </div>
        )}
      </Answer>
    </Section>
  )
}
