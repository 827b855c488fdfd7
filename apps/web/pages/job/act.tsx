import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { ask } from '../../api/ask.ts'
import { useAct } from '../../api/use-act.ts'
import { Loading } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { jobs as words } from '../../words/jobs.ts'
import { actInParts, type Outcome, skippedIn } from './act-in-parts.ts'
import type { ScanFilter } from './filter.ts'

export type Act = 'retry' | 'cancel' | 'prioritise'
type Preview = Operations['POST /v1/instance/scans/preview']['answer']

const sampleShown = 5
/** As far as the API counts. */
const countedAtMost = 10_000

/** One thing done to many jobs: how many it is about is seen first, and only these are acted on. Open as long as it is rendered. */
export function ActOnJobs({
  act,
  filter,
  about,
  onDone,
  onClose,
}: {
  readonly act: Act
  readonly filter: ScanFilter
  /** By what they were chosen, in words. */
  readonly about?: ComponentChildren
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [isAgain, setAgain] = useState(false)
  const again = isAgain ? { again: true } : {}
  const { preview, error, look } = usePreview({ act, filter, ...again })
  const acting = useAct('POST /v1/instance/scans/acts')
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [isOver, setOver] = useState(false)
  const count = preview?.count ?? 0
  const run = async (reason: string) => {
    const came = await actInParts(
      count,
      async (part) => (await acting.run({ body: { act, filter, reason, ...again, ...part } }))?.answer ?? null,
      setOutcome,
    )
    onDone()
    if (came.done + skippedIn(came) === 0) {
      look()
      return
    }
    setOutcome(came)
    setOver(true)
  }
  const canAct = count > 0 && count < countedAtMost
  return (
    <Dialog
      title={preview === null ? words.acts[act] : words.actTitle[act](outcome?.all ?? count)}
      onClose={onClose}
      foot={
        isOver ? (
          <button class="button main" type="button" onClick={onClose}>
            {words.close}
          </button>
        ) : (
          <>
            <button class="button" type="button" onClick={onClose}>
              {common.cancel}
            </button>
            {canAct ? (
              <button
                class={act === 'cancel' ? 'button danger' : 'button main'}
                type="submit"
                form="act"
                aria-disabled={acting.isBusy}
              >
                {words.actTitle[act](count)}
              </button>
            ) : null}
          </>
        )
      }
    >
      {about === undefined ? null : <p>{about}</p>}
      <Complaint error={error} />
      {preview === null ? (
        error === null ? (
          <Loading />
        ) : null
      ) : isOver && outcome !== null ? null : (
        <>
          <p>{count === 0 ? words.actNone[act] : words.actText[act]}</p>
          {count >= countedAtMost ? <p>{words.tooMany(count)}</p> : null}
          {count > preview.atMost && canAct ? <p class="soft s">{words.parts(preview.atMost)}</p> : null}
          <Sample scans={preview.sample.slice(0, sampleShown)} />
          {act === 'retry' ? (
            <p class="choices">
              <label>
                <input
                  type="checkbox"
                  checked={isAgain}
                  onChange={({ currentTarget }) => setAgain(currentTarget.checked)}
                />
                {words.again}
              </label>
            </p>
          ) : null}
          {canAct ? (
            <form id="act" class="form" onSubmit={(event) => void run(String(sent(event)['reason']))}>
              <Field name="reason" label={words.reason} hint={words.reasonHint} required maxLength={300} />
            </form>
          ) : null}
        </>
      )}
      <div role="status">
        {outcome === null ? null : isOver ? (
          <Came act={act} outcome={outcome} />
        ) : (
          words.doing(outcome.done, outcome.all)
        )}
      </div>
      <Complaint error={acting.error} />
    </Dialog>
  )
}

/** What the act would be about now; looked at again where that has changed. */
function usePreview(body: { readonly act: Act; readonly filter: ScanFilter; readonly again?: boolean }) {
  const [preview, setPreview] = useState<Preview | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [round, setRound] = useState(0)
  const key = JSON.stringify(body)
  useEffect(() => {
    const control = new AbortController()
    ask('POST /v1/instance/scans/preview', { body }, { signal: control.signal }).then(
      (preview) => {
        setError(null)
        setPreview(preview)
      },
      (error: Error) => {
        if (!control.signal.aborted) setError(error)
      },
    )
    return () => control.abort()
  }, [key, round])
  return { preview, error, look: () => setRound((round) => round + 1) }
}

const Sample = ({ scans }: { readonly scans: Preview['sample'] }) =>
  scans.length === 0 ? null : (
    <p class="soft s">
      {words.sample(scans.length)}:{' '}
      {scans.map(({ id, target, organisation }, i) => (
        <span key={id}>
          {i === 0 ? '' : ', '}
          <a href={pathTo('job', { scan: id })}>
            <Theirs text={target.display} />
          </a>{' '}
          ({organisation.name})
        </span>
      ))}
    </p>
  )

/** What was done, and what was not and why. */
const Came = ({ act, outcome }: { readonly act: Act; readonly outcome: Outcome }) => (
  <>
    <p>
      <b>{words.outcome[act](outcome.done, outcome.all)}</b>
    </p>
    <ul>
      {Object.entries(outcome.skipped).map(([why, count]) => (
        <li key={why}>
          {words.skipped(count)}: {reasonOf(why)}
        </li>
      ))}
      {outcome.notReached === 0 ? null : <li>{words.notReached(outcome.notReached)}</li>}
    </ul>
  </>
)
