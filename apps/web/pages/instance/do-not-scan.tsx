import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { instanceWords as words } from '../../words/instance.ts'
import { targets as targetWords } from '../../words/targets.ts'

const proofChips = { waiting: 'waiting', holds: 'ok', fails: 'failed', unknown: 'unknown' } as const

/** Whom nothing of this instance may touch, by an admin's word or by the owner's proof. */
export function DoNotScan() {
  const may = useMay()
  const list = useAnswer('GET /v1/instance/do-not-scan', {})
  const mayWrite = may('instance:write')
  return (
    <Section
      id="list"
      title={words.list}
      note={words.listNote}
      end={mayWrite ? <Add onAdded={list.reload} /> : undefined}
    >
      <Answer of={list}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty icon="refused" title={words.listEmpty} action={<a href="/opt-out">{words.optOut}</a>}>
              {words.listEmptyText}
            </Empty>
          ) : (
            <Table
              caption={words.list}
              rows={entries}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'value',
                  head: words.entry,
                  isHead: true,
                  cell: ({ value, reason }) => (
                    <>
                      <bdi class="mono">{value}</bdi>
                      {reason === '' ? null : (
                        <span class="sub">
                          <Theirs text={reason} />
                        </span>
                      )}
                    </>
                  ),
                },
                { key: 'source', head: words.by, cell: ({ source }) => words.source[source] },
                {
                  key: 'status',
                  head: words.state,
                  cell: ({ status }) => (
                    <Chip kind={proofChips[status]} isPlain>
                      {targetWords.proofStatus[status]}
                    </Chip>
                  ),
                },
                { key: 'at', head: words.since, cell: ({ createdAt }) => <When at={createdAt} /> },
                {
                  key: 'remove',
                  head: words.remove,
                  isAct: true,
                  cell: ({ id, value }) =>
                    mayWrite ? (
                      <ConfirmedAct
                        act="DELETE /v1/instance/do-not-scan/{id}"
                        input={{ path: { id } }}
                        label={words.remove}
                        about={value}
                        title={words.removeTitle(value)}
                        onDone={() => {
                          say(words.removed)
                          list.reload()
                        }}
                      >
                        <p>{words.removeText}</p>
                      </ConfirmedAct>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Answer>
    </Section>
  )
}

function Add({ onAdded }: { readonly onAdded: () => void }) {
  const add = useAct('POST /v1/instance/do-not-scan')
  const [isOpen, setOpen] = useState(false)
  const act = async ({ host = '', reason = '' }: Readonly<Record<string, string>>) => {
    if ((await add.run({ body: { host: host.trim(), reason: reason.trim() } })) === null) return
    setOpen(false)
    say(words.added)
    onAdded()
  }
  return (
    <>
      <button class="button small" type="button" onClick={() => setOpen(true)}>
        {words.add}
      </button>
      {isOpen ? (
        <Dialog
          title={words.add}
          onClose={() => setOpen(false)}
          foot={
            <button class="button main" type="submit" form="spare" aria-disabled={add.isBusy}>
              {words.add}
            </button>
          }
        >
          <form id="spare" class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
            <Field name="host" label={words.host} hint={words.hostHint} required maxLength={300} spellcheck={false} />
            <Field name="reason" label={words.why} maxLength={300} />
          </form>
          <Complaint error={add.error} />
        </Dialog>
      ) : null}
    </>
  )
}
