import { useEffect, useState } from 'preact/hooks'
import { useMay, useMe } from '../api/me.ts'
import { useAct } from '../api/use-act.ts'
import { useAnswer } from '../api/use-answer.ts'
import { usePages } from '../api/use-pages.ts'
import { finding as words } from '../words/finding.ts'
import { Trouble } from './answer.tsx'
import { ConfirmedAct } from './confirm.tsx'
import { Theirs } from './evidence.tsx'
import { Complaint, sent, TextField } from './form.tsx'
import { Icon } from './icon.tsx'
import { Section } from './page.tsx'
import { Pager } from './table.tsx'
import { When } from './when.tsx'

const askMillis = 10_000

/** What people say about a finding or a target. */
export function Discussion({ of, id }: { readonly of: 'findings' | 'targets'; readonly id: string }) {
  const may = useMay()
  const pages = usePages(
    `GET /v1/${of}/{id}/messages`,
    { path: { id }, query: { limit: 50 } },
    ({ messages }) => messages,
    {
      everyMillis: askMillis,
    },
  )
  const rows = pages.rows ?? []
  return (
    <Section id="discussion" title={words.discussion}>
      {pages.error === null ? null : <Trouble error={pages.error} retry={pages.reload} />}
      {rows.length === 0 ? (
        <p class="soft">{words.nothingSaid}</p>
      ) : (
        <ol class="rows">
          {rows.map((message) => (
            <Message key={message.id} message={message} onChange={pages.reload} />
          ))}
        </ol>
      )}
      {pages.hasMore ? <Pager shown={rows.length} hasMore isLoading={pages.isLoading} more={pages.more} /> : null}
      {may('discussion:write') ? <Say of={of} id={id} onSaid={pages.reload} /> : null}
    </Section>
  )
}

interface Said {
  readonly id: string
  readonly author: { readonly id: string; readonly name: string | null }
  readonly text: string
  readonly mentions: readonly string[]
  readonly writtenAt: string
  readonly editedAt: string | null
  readonly withdrawnAt: string | null
}

function Message({ message, onChange }: { readonly message: Said; readonly onChange: () => void }) {
  const { principal } = useMe()
  const [isEditing, setEditing] = useState(false)
  const edit = useAct('PATCH /v1/messages/{id}')
  const { id, author, text, writtenAt, editedAt, withdrawnAt, mentions } = message
  const path = { id }
  const change = async (form: Readonly<Record<string, string>>) => {
    if ((await edit.run({ path, body: { text: form[`text-${id}`] ?? '', mentions: [...mentions] } })) === null) return
    setEditing(false)
    onChange()
  }
  return (
    <li>
      <p class="meta">
        <b>{author.name ?? words.somebody}</b> <When at={writtenAt} />{' '}
        {editedAt === null ? null : <span>({words.edited})</span>}
        {author.id === principal.id && withdrawnAt === null ? (
          <>
            <button class="button bare small" type="button" onClick={() => setEditing(!isEditing)}>
              {words.edit}
            </button>
            <ConfirmedAct
              act="DELETE /v1/messages/{id}"
              input={{ path }}
              label={words.withdraw}
              title={words.withdrawTitle}
              onDone={onChange}
            >
              <p>{words.withdrawText}</p>
            </ConfirmedAct>
          </>
        ) : null}
      </p>
      {isEditing ? (
        <form class="form" onSubmit={(event) => void change(sent(event) as Record<string, string>)}>
          <TextField name={`text-${id}`} label={words.edit} defaultValue={text} required maxLength={10_000} />
          <div class="actions">
            <button class="button" type="submit">
              {words.send}
            </button>
          </div>
        </form>
      ) : withdrawnAt === null ? (
        <p class="said">
          <Theirs text={text} />
        </p>
      ) : (
        <p class="faint">{words.withdrawn}</p>
      )}
      <Complaint error={edit.error} />
    </li>
  )
}

function Say({
  of,
  id,
  onSaid,
}: {
  readonly of: 'findings' | 'targets'
  readonly id: string
  readonly onSaid: () => void
}) {
  const members = useAnswer('GET /v1/members', {})
  const add = useAct(`POST /v1/${of}/{id}/messages`)
  const [round, setRound] = useState(0)
  const send = async (form: ReturnType<typeof sent>) => {
    const mentions = [form['mention'] ?? []].flat()
    if ((await add.run({ path: { id }, body: { text: String(form['text'] ?? ''), mentions } })) === null) return
    setRound(round + 1)
    onSaid()
  }
  useEffect(() => {
    if (round > 0) document.getElementById('text')?.focus()
  }, [round])
  return (
    <form key={round} class="form section" onSubmit={(event) => void send(sent(event))}>
      <TextField name="text" label={words.say} hint={words.sayHint} required maxLength={10_000} />
      <details class="as-table">
        <summary>
          <Icon name="chevron-right" />
          {words.mention}
        </summary>
        <fieldset class="mentions choices" aria-label={words.mention}>
          {(members.data?.members ?? []).map(({ id, name, email }) => (
            <label key={id}>
              <input type="checkbox" name="mention" value={id} />
              {name === '' ? email : name}
            </label>
          ))}
        </fieldset>
      </details>
      <Complaint error={add.error} />
      <div class="actions">
        <button class="button" type="submit" aria-disabled={add.isBusy}>
          {words.send}
        </button>
      </div>
    </form>
  )
}
