import { useEffect, useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { reasonOf } from '../../words/findings.ts'
import { targets as words } from '../../words/targets.ts'
import type { Operations } from '../../../client/index.ts'
import { publicationOf } from './publication.ts'
import type { Target } from './target.tsx'

type Proof = Operations['GET /v1/targets/{id}/proofs']['answer']['proofs'][number]

const chips = { waiting: 'waiting', holds: 'ok', fails: 'failed', unknown: 'unknown' } as const
const askMillis = 1000
/** A worker that has not looked by then does not look soon. */
const patienceMillis = 60_000

/** What is proved of a target, what to publish for it, and what an admin stated instead. */
export function Proofs({ target, onChange }: { readonly target: Target; readonly onChange: () => void }) {
  const may = useMay()
  const proofs = useAnswer('GET /v1/targets/{id}/proofs', { path: { id: target.id } })
  const reload = () => {
    proofs.reload()
    onChange()
  }
  return (
    <Section id="proof" title={words.tabs.proof} note={words.proofNote}>
      <Answer of={proofs}>
        {({ proofs: held, attestation }) => (
          <>
            {held.length === 0 ? <p>{words.noProof}</p> : null}
            <ul class="rows">
              {held.map((proof) => (
                <OneProof key={proof.id} target={target} proof={proof} lookAgain={proofs.reload} onChange={reload} />
              ))}
            </ul>
            {may('targets:write') ? (
              <Begin target={target} has={held.map(({ kind }) => kind)} onBegun={proofs.reload} />
            ) : null}
            <Attestation target={target} attestation={attestation} onChange={reload} />
          </>
        )}
      </Answer>
    </Section>
  )
}

function OneProof({
  target,
  proof,
  lookAgain,
  onChange,
}: {
  readonly target: Target
  readonly proof: Proof
  /** Asks how the proof stands, and nothing else. */
  readonly lookAgain: () => void
  readonly onChange: () => void
}) {
  const may = useMay()
  const check = useAct('POST /v1/targets/{id}/proofs/{proofId}/check')
  const path = { id: target.id, proofId: proof.id }
  /** When it was last looked at as somebody asked for another look; undefined where nobody did, or it came. */
  const [before, setBefore] = useState<string | null | undefined>(undefined)
  const [isLate, setLate] = useState(false)
  const isAwaited = before !== undefined
  const askForLook = async () => {
    if (isAwaited) return
    setLate(false)
    if ((await check.run({ path })) !== null) setBefore(proof.checkedAt)
  }

  useEffect(() => {
    if (!isAwaited) return
    const timer = setInterval(lookAgain, askMillis)
    const end = setTimeout(() => {
      setBefore(undefined)
      setLate(true)
    }, patienceMillis)
    return () => {
      clearInterval(timer)
      clearTimeout(end)
    }
  }, [isAwaited, lookAgain])

  useEffect(() => {
    if (before === undefined || proof.checkedAt === before) return
    setBefore(undefined)
    onChange()
  }, [before, proof.checkedAt])

  return (
    <li class="stack">
      <h3>{words.proofKinds[proof.kind]}</h3>
      <p>
        <span role="status">
          <Chip kind={chips[proof.status]} isPlain>
            {words.proofStatus[proof.status]}
          </Chip>{' '}
          {proof.reason === null ? null : reasonOf(proof.reason)}
          {isAwaited ? ` ${words.looking}` : null}
          {isLate ? ` ${words.lookLate}` : null}
        </span>{' '}
        {proof.checkedAt === null ? null : (
          <span class="faint">
            {words.checkedAt} <When at={proof.checkedAt} />
          </span>
        )}
      </p>
      <Publish target={target} proof={proof} />
      {may('targets:write') ? (
        <div class="actions">
          <button
            class="button"
            type="button"
            onClick={() => void askForLook()}
            aria-disabled={check.isBusy || isAwaited}
          >
            {words.check}
          </button>
          <ConfirmedAct
            act="DELETE /v1/targets/{id}/proofs/{proofId}"
            input={{ path }}
            label={words.withdraw}
            title={words.withdrawTitle}
            isSmall={false}
            onDone={onChange}
          >
            <p>{words.withdrawText}</p>
          </ConfirmedAct>
        </div>
      ) : null}
      <Complaint error={check.error} />
    </li>
  )
}

/** What to put where, each piece to copy by itself. */
function Publish({ target, proof }: { readonly target: Target; readonly proof: Proof }) {
  const told = publicationOf(target, proof)
  return (
    <>
      <p class="soft">{words.publishWays[proof.kind]}</p>
      {told.map((text) => (
        <Command key={text} text={text} isText />
      ))}
    </>
  )
}

function Begin({
  target,
  has,
  onBegun,
}: {
  readonly target: Target
  readonly has: readonly Proof['kind'][]
  readonly onBegun: () => void
}) {
  const begin = useAct('POST /v1/targets/{id}/proofs')
  const kinds = (target.kind === 'address' ? (['http-file', 'ptr'] as const) : (['dns-txt'] as const)).filter(
    (kind) => !has.includes(kind),
  )
  return (
    <>
      {kinds.map((kind) => (
        <form
          key={kind}
          class="form section"
          onSubmit={(event) => {
            const coversSubdomains = sent(event)['covers'] === 'on'
            void begin
              .run({ path: { id: target.id }, body: { kind, ...(kind === 'dns-txt' ? { coversSubdomains } : {}) } })
              .then(onBegun)
          }}
        >
          <h3>{words.proofKinds[kind]}</h3>
          {kind === 'dns-txt' ? (
            <p class="choices">
              <label>
                <input type="checkbox" name="covers" />
                {words.covers}
              </label>
            </p>
          ) : null}
          <div class="actions">
            <button class="button" type="submit" aria-disabled={begin.isBusy}>
              {words.begin}
            </button>
          </div>
        </form>
      ))}
      <Complaint error={begin.error} />
    </>
  )
}

function Attestation({
  target,
  attestation,
  onChange,
}: {
  readonly target: Target
  readonly attestation: { readonly sentence: string; readonly createdAt: string } | null
  readonly onChange: () => void
}) {
  const may = useMay()
  const attest = useAct('POST /v1/targets/{id}/attestation')
  const revoke = useAct('DELETE /v1/targets/{id}/attestation')
  const path = { id: target.id }
  if (attestation === null && !may('targets:attest')) return null
  return (
    <section class="section stack">
      <h3>{words.attestation}</h3>
      {attestation === null ? (
        <form
          class="form"
          onSubmit={(event) =>
            void attest.run({ path, body: { sentence: String(sent(event)['sentence']) } }).then(onChange)
          }
        >
          <Field name="sentence" label={words.attestSentence} hint={words.attestHint} required maxLength={1000} />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={attest.isBusy}>
              {words.attest}
            </button>
          </div>
        </form>
      ) : (
        <>
          <p>
            “{attestation.sentence}” <When at={attestation.createdAt} />
          </p>
          {may('targets:attest') ? (
            <div class="actions">
              <button class="button" type="button" onClick={() => void revoke.run({ path }).then(onChange)}>
                {words.revoke}
              </button>
            </div>
          ) : null}
        </>
      )}
      <Complaint error={attest.error ?? revoke.error} />
    </section>
  )
}
