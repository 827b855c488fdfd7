import { useState } from 'preact/hooks'
import { ask } from '../../api/ask.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

/** The ways in: passkeys, the authenticator app, recovery codes, sign-in providers, known browsers. */
export function Factors() {
  const factors = useAnswer('GET /v1/me/factors', {})
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const shown = (made: readonly string[] | null) => {
    if (made !== null) setCodes(made)
    factors.reload()
  }
  return (
    <Answer of={factors}>
      {({ hasTotp, recoveryCodesLeft, passkeys }) => (
        <>
          {codes === null ? null : (
            <div class="notice" role="status">
              <div class="stack">
                <b>{words.recovery}</b>
                <p>{words.recoveryText}</p>
                <Command text={codes.join('\n')} isText />
              </div>
            </div>
          )}
          <Section id="passkeys" title={words.passkeys} note={words.passkeyText}>
            <Passkeys passkeys={passkeys} onChange={shown} />
          </Section>
          <Section id="totp" title={words.totp}>
            <Totp hasTotp={hasTotp} onChange={shown} />
          </Section>
          {hasTotp || passkeys.length > 0 ? (
            <Section id="recovery" title={words.recovery} note={words.recoveryLeft(recoveryCodesLeft)}>
              <Renew onMade={shown} />
            </Section>
          ) : null}
          <Identities />
          <Devices />
        </>
      )}
    </Answer>
  )
}

interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

function Passkeys({
  passkeys,
  onChange,
}: {
  readonly passkeys: readonly Passkey[]
  readonly onChange: (codes: readonly string[] | null) => void
}) {
  const options = useAct('POST /v1/me/passkeys/options')
  const remove = useAct('DELETE /v1/me/passkeys/{id}')
  const [error, setError] = useState<Error | null>(null)
  const add = async (name: string) => {
    setError(null)
    const begun = await options.run({})
    if (begun === null) return
    try {
      const { startRegistration } = await import('@simplewebauthn/browser')
      const response = await startRegistration({ optionsJSON: begun.answer.options as never })
      const made = await ask('POST /v1/me/passkeys', {
        body: { challenge: begun.answer.challenge, response: response as never, name },
      })
      onChange(made.recoveryCodes)
    } catch (error) {
      setError(error as Error)
    }
  }
  return (
    <>
      <ul class="rows">
        {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
          <li key={id} class="mini-head">
            <span>
              <b>{name}</b>{' '}
              <span class="faint">
                {words.added} <When at={createdAt} />, {words.lastUsed} <When at={lastUsedAt} />
              </span>
            </span>
            <button
              class="button small"
              type="button"
              onClick={() => void remove.run({ path: { id } }).then(() => onChange(null))}
            >
              {common.remove}
            </button>
          </li>
        ))}
      </ul>
      <form class="form narrow" onSubmit={(event) => void add(String(sent(event)['passkeyName']))}>
        <Field name="passkeyName" label={words.passkeyName} required maxLength={100} />
        <Complaint error={error ?? options.error ?? remove.error} />
        <div class="actions">
          <button class="button" type="submit">
            {words.addPasskey}
          </button>
        </div>
      </form>
    </>
  )
}

function Totp({
  hasTotp,
  onChange,
}: {
  readonly hasTotp: boolean
  readonly onChange: (codes: readonly string[] | null) => void
}) {
  const begin = useAct('POST /v1/me/totp')
  const confirm = useAct('POST /v1/me/totp/confirm')
  const remove = useAct('DELETE /v1/me/totp')
  const [shown, setShown] = useState<{ uri: string; qrSvg: string } | null>(null)
  const start = async () => {
    const begun = await begin.run({})
    if (begun !== null) setShown(begun.answer)
  }
  const end = async (code: string) => {
    const made = await confirm.run({ body: { code } })
    if (made === null) return
    setShown(null)
    onChange(made.answer.recoveryCodes)
  }
  return (
    <div class="stack">
      {shown === null ? (
        <>
          <p>{hasTotp ? words.totpOn : words.totpOff}</p>
          <p>
            {hasTotp ? (
              <button class="button" type="button" onClick={() => void remove.run({}).then(() => onChange(null))}>
                {common.remove}
              </button>
            ) : (
              <button class="button" type="button" onClick={() => void start()}>
                {words.totpBegin}
              </button>
            )}
          </p>
        </>
      ) : (
        <form class="form narrow" onSubmit={(event) => void end(String(sent(event)['code']).trim())}>
          <p>{words.totpScan}</p>
          <img
            class="qr"
            src={`data:image/svg+xml,${encodeURIComponent(shown.qrSvg)}`}
            alt=""
            width={200}
            height={200}
          />
          <Command text={new URL(shown.uri).searchParams.get('secret') ?? shown.uri} isText />
          <Field name="code" label={words.totpCode} inputMode="numeric" autoComplete="one-time-code" required />
          <div class="actions">
            <button class="button main" type="submit">
              {words.confirm}
            </button>
          </div>
        </form>
      )}
      <Complaint error={begin.error ?? confirm.error ?? remove.error} />
    </div>
  )
}

function Renew({ onMade }: { readonly onMade: (codes: readonly string[] | null) => void }) {
  const renew = useAct('POST /v1/me/recovery-codes')
  return (
    <>
      <button
        class="button"
        type="button"
        onClick={() => void renew.run({}).then((made) => made && onMade(made.answer.recoveryCodes))}
      >
        {words.recoveryRenew}
      </button>
      <Complaint error={renew.error} />
    </>
  )
}

function Identities() {
  const identities = useAnswer('GET /v1/me/identities', {})
  const unlink = useAct('POST /v1/me/identities/unlink')
  if (identities.data === undefined || identities.data.identities.length === 0) return null
  return (
    <Section id="identities" title={words.identities}>
      <ul class="rows">
        {identities.data.identities.map(({ issuer, subject, createdAt }) => (
          <li key={issuer + subject} class="mini-head">
            <span>
              {issuer} <When at={createdAt} />
            </span>
            <button
              class="button small"
              type="button"
              onClick={() => void unlink.run({ body: { issuer, subject } }).then(identities.reload)}
            >
              {words.unlink}
            </button>
          </li>
        ))}
      </ul>
      <Complaint error={unlink.error} />
    </Section>
  )
}

function Devices() {
  const devices = useAnswer('GET /v1/devices', {})
  const forget = useAct('DELETE /v1/devices/{id}')
  return (
    <Section id="devices" title={words.devices} note={words.devicesText}>
      <Answer of={devices}>
        {({ devices: known }) => (
          <ul class="rows">
            {known.map(({ id, label, lastSeenAt }) => (
              <li key={id} class="mini-head">
                <span>
                  {label}{' '}
                  <span class="faint">
                    {words.lastSeen} <When at={lastSeenAt} />
                  </span>
                </span>
                <button
                  class="button small"
                  type="button"
                  onClick={() => void forget.run({ path: { id } }).then(devices.reload)}
                >
                  {words.forget}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <Complaint error={forget.error} />
    </Section>
  )
}
