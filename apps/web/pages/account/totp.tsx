import { useState } from 'preact/hooks'
import { useAct } from '../../api/use-act.ts'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

/** The authenticator app: set up by a code that is scanned, on once it was confirmed. */
export function Totp({
  hasTotp,
  onChange,
}: {
  readonly hasTotp: boolean
  readonly onChange: (codes: readonly string[] | null) => void
}) {
  const begin = useAct('POST /v1/me/totp')
  const confirm = useAct('POST /v1/me/totp/confirm')
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
    <li>
      <Icon name="device" />
      <div>
        <h3>{words.totp}</h3>
        <p class="soft s">{words.totpText}</p>
        <Complaint error={begin.error} />
      </div>
      <Chip kind={hasTotp ? 'ok' : 'open'} isPlain>
        {hasTotp ? words.on : words.off}
      </Chip>
      {hasTotp ? (
        <ConfirmedAct
          act="DELETE /v1/me/totp"
          input={{}}
          label={common.remove}
          about={words.totp}
          title={words.removeTotp}
          onDone={() => onChange(null)}
        >
          <p>{words.removeTotpText}</p>
        </ConfirmedAct>
      ) : (
        <button
          class="button small"
          type="button"
          aria-label={`${words.setUp}: ${words.totp}`}
          aria-disabled={begin.isBusy}
          onClick={() => void start()}
        >
          {words.setUp}
        </button>
      )}
      {shown === null ? null : (
        <Dialog
          title={words.totp}
          onClose={() => setShown(null)}
          foot={
            <button class="button main" type="submit" form="confirm-totp" aria-disabled={confirm.isBusy}>
              {words.confirm}
            </button>
          }
        >
          <p>{words.totpScan}</p>
          <img
            class="qr"
            src={`data:image/svg+xml,${encodeURIComponent(shown.qrSvg)}`}
            alt={words.qr}
            width={200}
            height={200}
          />
          <Command text={new URL(shown.uri).searchParams.get('secret') ?? shown.uri} isText />
          <form id="confirm-totp" onSubmit={(event) => void end(String(sent(event)['code']).trim())}>
            <Field name="code" label={words.totpCode} inputMode="numeric" autoComplete="one-time-code" required />
          </form>
          <Complaint error={confirm.error} />
        </Dialog>
      )}
    </li>
  )
}
