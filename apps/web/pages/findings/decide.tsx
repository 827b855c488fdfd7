import { useEffect, useRef, useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { ask as askApi } from '../../api/ask.ts'
import { useAct } from '../../api/use-act.ts'
import { wordsOf } from '../../parts/answer.tsx'
import { Complaint, Dialog, Field, sent, TextField } from '../../parts/form.tsx'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { finding as words } from '../../words/finding.ts'
import { formerDecisions, portions } from './former-decisions.ts'

export type KeptFinding = Operations['GET /v1/findings']['answer']['findings'][number]

/** What can be decided on findings, with the way back that restores what was decided before. */
export function Decide({
  findings,
  onDecided,
}: {
  readonly findings: readonly KeptFinding[]
  readonly onDecided: () => void
}) {
  const [asking, setAsking] = useState<'accepted' | 'false-positive' | null>(null)
  const decide = useAct('POST /v1/findings/decisions')
  const asker = useRef<HTMLButtonElement | null>(null)
  const ask = (about: 'accepted' | 'false-positive', button: HTMLButtonElement) => {
    asker.current = button
    setAsking(about)
  }
  // A dialog that is taken away, rather than closed, leaves the focus nowhere.
  useEffect(() => {
    if (asking === null) asker.current?.focus()
  }, [asking])
  const ids = findings.map(({ id }) => id)
  const act = async (decision: 'none' | 'accepted' | 'false-positive', form: Readonly<Record<string, string>> = {}) => {
    const former = formerDecisions(findings)
    const until =
      form['until'] === undefined || form['until'] === '' ? null : new Date(`${form['until']}T23:59:59`).toISOString()
    for (const some of portions(ids)) {
      const body =
        decision === 'none'
          ? { ids: some, decision }
          : { ids: some, decision, until: decision === 'accepted' ? until : null, reason: form['reason'] ?? '' }
      if ((await decide.run({ body })) === null) return
    }
    setAsking(null)
    onDecided()
    say(words.decided(ids.length), () => void restore(former, onDecided))
  }
  return (
    <>
      <button class="button" type="button" onClick={({ currentTarget }) => ask('accepted', currentTarget)}>
        {words.accept}
      </button>
      <button class="button" type="button" onClick={({ currentTarget }) => ask('false-positive', currentTarget)}>
        {words.falsePositive}
      </button>
      {findings.some(({ decision }) => decision !== 'none') ? (
        <button class="button" type="button" onClick={() => void act('none')}>
          {words.takeBack}
        </button>
      ) : null}
      {asking === null && decide.error !== null ? <Complaint error={decide.error} /> : null}
      {asking === null ? null : (
        <Dialog
          title={asking === 'accepted' ? words.acceptTitle(ids.length) : words.falseTitle(ids.length)}
          onClose={() => setAsking(null)}
          foot={
            <>
              <button class="button" type="button" onClick={() => setAsking(null)}>
                {common.cancel}
              </button>
              <button class="button main" type="submit" form="decide" aria-disabled={decide.isBusy}>
                {words.decide}
              </button>
            </>
          }
        >
          <p>{asking === 'accepted' ? words.acceptText : words.falseText}</p>
          <form id="decide" class="form" onSubmit={(event) => void act(asking, sent(event) as Record<string, string>)}>
            {asking === 'accepted' ? (
              <Field
                name="until"
                type="date"
                label={words.until}
                hint={words.untilHint}
                min={dayIn(0)}
                defaultValue={dayIn(usualDays)}
              />
            ) : null}
            <TextField name="reason" label={words.reason} required minLength={3} maxLength={1000} />
          </form>
          <Complaint error={decide.error} />
        </Dialog>
      )}
    </>
  )
}

/** How long something is accepted where nobody says otherwise. */
const usualDays = 90
const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function restore(former: ReturnType<typeof formerDecisions>, onDone: () => void): Promise<void> {
  try {
    for (const body of former) await askApi('POST /v1/findings/decisions', { body })
    say(words.restored)
  } catch (error) {
    say(words.notRestored(wordsOf(error as Error)))
  }
  onDone()
}
