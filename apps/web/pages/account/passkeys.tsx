import { useState } from 'preact/hooks'
import type { Asked } from '../../../client/index.ts'
import { hasPasskeys, makePasskey } from '../../api/passkey.ts'
import { useAct } from '../../api/use-act.ts'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

/** Asks for a name, lets the browser make a passkey, and adds it. */
export function AddPasskey({ onAdded }: { readonly onAdded: (codes: readonly string[] | null) => void }) {
  const options = useAct('POST /v1/me/passkeys/options')
  const create = useAct('POST /v1/me/passkeys')
  const [isOpen, setOpen] = useState(false)
  const [declined, setDeclined] = useState<Error | null>(null)
  const act = async (name: string) => {
    setDeclined(null)
    const begun = await options.run({})
    if (begun === null) return
    const { challenge } = begun.answer
    let response: Asked<'POST /v1/me/passkeys'>['body']['response']
    try {
      response = await makePasskey(begun.answer.options)
    } catch {
      setDeclined(new Error(words.passkeyDeclined))
      return
    }
    const made = await create.run({ body: { challenge, response, name } })
    if (made === null) return
    setOpen(false)
    onAdded(made.answer.recoveryCodes)
  }
  return (
    <>
      <button class="button small" type="button" onClick={() => setOpen(true)}>
        {words.addPasskey}
      </button>
      {isOpen ? (
        <Dialog
          title={words.addPasskey}
          onClose={() => setOpen(false)}
          foot={
            hasPasskeys() ? (
              <button
                class="button main"
                type="submit"
                form="add-passkey"
                aria-disabled={options.isBusy || create.isBusy}
              >
                {words.addPasskey}
              </button>
            ) : undefined
          }
        >
          {hasPasskeys() ? (
            <form id="add-passkey" onSubmit={(event) => void act(String(sent(event)['passkeyName']).trim())}>
              <Field
                name="passkeyName"
                label={words.passkeyName}
                hint={words.passkeyNameHint}
                required
                maxLength={100}
              />
            </form>
          ) : (
            <p>{words.noPasskeys}</p>
          )}
          <Complaint error={options.error ?? declined ?? create.error} />
        </Dialog>
      ) : null}
    </>
  )
}

export const Passkeys = ({
  passkeys,
  onChange,
}: {
  readonly passkeys: readonly Passkey[]
  readonly onChange: () => void
}) => (
  <Section id="passkeys" title={words.passkeys}>
    <Table
      caption={words.passkeys}
      rows={passkeys}
      keyOf={({ id }) => id}
      columns={[
        { key: 'name', head: words.name, isHead: true, cell: ({ name }) => name },
        { key: 'added', head: words.added, cell: ({ createdAt }) => <When at={createdAt} /> },
        { key: 'used', head: words.lastUsed, cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
        {
          key: 'acts',
          head: common.remove,
          isAct: true,
          cell: ({ id, name }) => (
            <span class="acts">
              <RenamePasskey id={id} name={name} onDone={onChange} />
              <ConfirmedAct
                act="DELETE /v1/me/passkeys/{id}"
                input={{ path: { id } }}
                label={common.remove}
                about={name}
                title={words.removePasskey(name)}
                onDone={onChange}
              >
                <p>{words.removePasskeyText}</p>
              </ConfirmedAct>
            </span>
          ),
        },
      ]}
    />
  </Section>
)

function RenamePasskey({
  id,
  name,
  onDone,
}: {
  readonly id: string
  readonly name: string
  readonly onDone: () => void
}) {
  const rename = useAct('PATCH /v1/me/passkeys/{id}')
  const [isOpen, setOpen] = useState(false)
  const act = async (next: string) => {
    if ((await rename.run({ path: { id }, body: { name: next } })) === null) return
    setOpen(false)
    onDone()
  }
  return (
    <>
      <button
        class="button small bare"
        type="button"
        aria-label={`${words.rename}: ${name}`}
        onClick={() => setOpen(true)}
      >
        {words.rename}
      </button>
      {isOpen ? (
        <Dialog
          title={words.rename}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="rename-passkey" aria-disabled={rename.isBusy}>
              {common.save}
            </button>
          }
        >
          <form id="rename-passkey" onSubmit={(event) => void act(String(sent(event)['newName']).trim())}>
            <Field name="newName" label={words.passkeyName} defaultValue={name} required maxLength={100} />
          </form>
          <Complaint error={rename.error} />
        </Dialog>
      ) : null}
    </>
  )
}
