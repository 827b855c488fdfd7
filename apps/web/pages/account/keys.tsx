import { useState } from 'preact/hooks'
import type { Asked } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { account as words } from '../../words/account.ts'
import { list } from '../../words/format.ts'
import { readTags } from '../target/tags.ts'

type Scope = NonNullable<Asked<'POST /v1/keys'>['body']['scopes']>[number]

/** What a key can be given, as the API names it. */
const scopes: readonly Scope[] = [
  'scans:read',
  'scans:write',
  'targets:read',
  'targets:write',
  'targets:erase',
  'schedules:read',
  'schedules:write',
  'findings:read',
  'findings:write',
  'discussion:write',
  'members:read',
  'keys:read',
  'webhooks:read',
  'webhooks:write',
  'alerts:read',
  'alerts:write',
  'audit:read',
  'self:read',
]

export function Keys() {
  const keys = useAnswer('GET /v1/keys', {})
  const revoke = useAct('DELETE /v1/keys/{id}')
  return (
    <Section id="keys" title={words.tabs.keys} note={words.keysText}>
      <MakeKey onMade={keys.reload} />
      <Complaint error={revoke.error} />
      <Answer of={keys}>
        {({ keys: held }) =>
          held.length === 0 ? (
            <Empty icon="key" title={words.noKeys} />
          ) : (
            <Table
              caption={words.tabs.keys}
              rows={held}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'name',
                  head: words.keyName,
                  isHead: true,
                  cell: ({ name, hint }) => (
                    <>
                      {name}
                      <span class="sub mono">{hint}…</span>
                    </>
                  ),
                },
                { key: 'owner', head: words.owner, cell: ({ owner }) => owner.name },
                {
                  key: 'scopes',
                  head: words.scopes,
                  cell: ({ scopes }) => (scopes === null ? words.scopesAll : list(scopes)),
                },
                { key: 'used', head: words.lastUsed, cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
                {
                  key: 'end',
                  head: words.keyEnd,
                  cell: ({ expiresAt }) => (expiresAt === null ? '–' : <When at={expiresAt} as="date" />),
                },
                {
                  key: 'revoke',
                  head: words.revoke,
                  isHeadHidden: true,
                  cell: ({ id }) => (
                    <button
                      class="button small"
                      type="button"
                      onClick={() => void revoke.run({ path: { id } }).then(keys.reload)}
                    >
                      {words.revoke}
                    </button>
                  ),
                },
              ]}
            />
          )
        }
      </Answer>
    </Section>
  )
}

/** Makes a key, one's own or a service account's, and shows it once. */
export function MakeKey({
  serviceAccountId,
  onMade,
}: {
  readonly serviceAccountId?: string
  readonly onMade: () => void
}) {
  const may = useMay()
  const make = useAct('POST /v1/keys')
  const [isSome, setSome] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const act = async (form: ReturnType<typeof sent>) => {
    const text = (name: string) => String(form[name] ?? '').trim()
    const chosen = [form['scope'] ?? []].flat() as Scope[]
    const tags = readTags(text('tags'))
    const ranges = readTags(text('ranges'))
    const made = await make.run({
      body: {
        name: text('name'),
        scopes: isSome ? chosen : null,
        targetTags: tags.length === 0 ? null : tags,
        sourceRanges: ranges.length === 0 ? null : ranges,
        expiresAt: text('expires') === '' ? null : new Date(`${text('expires')}T23:59:59`).toISOString(),
        ...(serviceAccountId === undefined ? {} : { serviceAccountId }),
      },
    })
    if (made === null) return
    setKey(made.answer.key)
    onMade()
  }
  if (key !== null)
    return (
      <div class="notice" role="status">
        <div class="stack">
          <p>{words.keyOnce}</p>
          <Command text={key} isText />
        </div>
      </div>
    )
  return (
    <details class="as-table">
      <summary>{serviceAccountId === undefined ? words.makeKey : words.makeServiceKey}</summary>
      <form class="form narrow" onSubmit={(event) => void act(sent(event))}>
        <Field name="name" label={words.keyName} required maxLength={100} />
        <fieldset class="choices">
          <legend>{words.scopes}</legend>
          <label>
            <input type="radio" name="which" checked={!isSome} onChange={() => setSome(false)} />
            {words.scopesAll}
          </label>
          <label>
            <input type="radio" name="which" checked={isSome} onChange={() => setSome(true)} />
            {words.scopesSome}
          </label>
        </fieldset>
        {isSome ? (
          <fieldset class="choices two">
            <legend>{words.scopesSome}</legend>
            {scopes
              .filter((scope) => may(scope))
              .map((scope) => (
                <label key={scope}>
                  <input type="checkbox" name="scope" value={scope} />
                  <code>{scope}</code>
                </label>
              ))}
          </fieldset>
        ) : null}
        <Field name="tags" label={words.keyTags} />
        <Field name="ranges" label={words.keyRanges} hint={words.keyRangesHint} />
        <Field name="expires" type="date" label={words.keyEnd} />
        <Complaint error={make.error} />
        <div class="actions">
          <button class="button main" type="submit" aria-disabled={make.isBusy}>
            {words.makeKey}
          </button>
        </div>
      </form>
    </details>
  )
}
