import { useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import { useMay } from '../api/me.ts'
import { useAct } from '../api/use-act.ts'
import { keyWords as words } from '../words/keys.ts'
import { Complaint, Dialog, Field, sent } from './form.tsx'
import { Once } from './once.tsx'
import { endOfDay, readList } from './read-list.ts'

type Body = Asked<'POST /v1/keys'>['body']
type Scope = NonNullable<Body['scopes']>[number]

/** What a key can be given, in the order of the form; all of the words' but those of this machine's key. */
const scopes = [
  'scans:read',
  'scans:write',
  'targets:read',
  'targets:write',
  'targets:erase',
  'findings:read',
  'findings:write',
  'discussion:write',
  'schedules:read',
  'schedules:write',
  'alerts:read',
  'alerts:write',
  'webhooks:read',
  'webhooks:write',
  'members:read',
  'keys:read',
  'audit:read',
] as const satisfies readonly Scope[]

const isScope = (text: string): text is (typeof scopes)[number] => scopes.some((scope) => scope === text)

/** Makes a key, one's own or a service account's, and shows it once. */
export function MakeKey({
  account,
  isMain = false,
  onMade,
}: {
  readonly account?: { readonly id: string; readonly name: string }
  readonly isMain?: boolean
  readonly onMade: () => void
}) {
  const make = useAct('POST /v1/keys')
  const [isOpen, setOpen] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const [made, setMade] = useState<{ name: string; key: string } | null>(null)
  const title = account === undefined ? words.make : words.makeFor(account.name)
  const act = async (form: ReturnType<typeof sent>) => {
    const chosen = [form['scope'] ?? []].flat().filter(isScope)
    const isSome = form['which'] === 'some'
    setError(isSome && chosen.length === 0 ? new Error(words.mayNothing) : null)
    if (isSome && chosen.length === 0) return
    const text = (name: string) => String(form[name] ?? '').trim()
    const body: Body = {
      name: text('keyName'),
      scopes: isSome ? chosen : null,
      targetTags: readList(text('tags')),
      sourceRanges: readList(text('ranges')),
      expiresAt: endOfDay(text('expires')),
      ...(account === undefined ? {} : { serviceAccountId: account.id }),
    }
    const done = await make.run({ body })
    if (done === null) return
    setOpen(false)
    setMade({ name: body.name, key: done.answer.key })
    onMade()
  }
  return (
    <>
      <button class={isMain ? 'button main' : 'button small'} type="button" onClick={() => setOpen(true)}>
        {title}
      </button>
      {isOpen ? (
        <Dialog
          title={title}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="make-key" aria-disabled={make.isBusy}>
              {words.make}
            </button>
          }
        >
          <KeyForm onSend={(form) => void act(form)} />
          <Complaint error={error ?? make.error} />
        </Dialog>
      ) : null}
      {made === null ? null : (
        <Once title={words.made(made.name)} secret={made.key} onStored={() => setMade(null)}>
          <p>{words.once}</p>
          <p class="soft s">{words.leaked}</p>
        </Once>
      )}
    </>
  )
}

function KeyForm({ onSend }: { readonly onSend: (form: ReturnType<typeof sent>) => void }) {
  const may = useMay()
  const [isSome, setSome] = useState(false)
  return (
    <form id="make-key" class="form" onSubmit={(event) => onSend(sent(event))}>
      <Field name="keyName" label={words.name} hint={words.nameHint} required maxLength={100} />
      <fieldset class="choices">
        <legend>{words.may}</legend>
        <label>
          <input type="radio" name="which" value="all" checked={!isSome} onChange={() => setSome(false)} />
          {words.mayAll}
        </label>
        <label>
          <input type="radio" name="which" value="some" checked={isSome} onChange={() => setSome(true)} />
          {words.maySome}
        </label>
      </fieldset>
      {isSome ? (
        <fieldset class="choices">
          <legend>{words.maySome}</legend>
          {scopes
            .filter((scope) => may(scope))
            .map((scope) => (
              <label key={scope}>
                <input type="checkbox" name="scope" value={scope} />
                <span>
                  {words.scopes[scope]}
                  <small class="mono">{scope}</small>
                </span>
              </label>
            ))}
        </fieldset>
      ) : null}
      <Field name="tags" label={words.onlyTags} hint={words.tagsHint} spellcheck={false} />
      <Field name="ranges" label={words.onlyFrom} hint={words.fromHint} spellcheck={false} />
      <Field name="expires" type="date" label={words.endsOn} hint={words.endsHint} />
    </form>
  )
}
