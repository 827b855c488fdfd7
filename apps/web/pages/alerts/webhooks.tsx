import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { tell as words } from '../../words/tell.ts'

type Webhook = Operations['GET /v1/webhooks/{id}']['answer']
type Keys = Operations['POST /v1/webhooks/{id}/rotate']['answer']['keys']

const formats = ['standard', 'slack', 'json'] as const

export function Webhooks() {
  const may = useMay()
  const webhooks = useAnswer('GET /v1/webhooks', {})
  const make = useAct('POST /v1/webhooks')
  const [keys, setKeys] = useState<Keys | null>(null)
  const act = async (form: Readonly<Record<string, string>>) => {
    const format = formats.find((one) => one === form['format']) ?? 'standard'
    const made = await make.run({ body: { url: form['url'] ?? '', name: form['name'] ?? '', format } })
    if (made === null) return
    setKeys(made.answer.keys)
    webhooks.reload()
  }
  return (
    <Section id="webhooks" title={words.tabs.webhooks} note={words.webhooksNote}>
      {keys === null ? null : <ShownKeys keys={keys} />}
      <Answer of={webhooks}>
        {({ webhooks: all }) =>
          all.length === 0 ? (
            <Empty icon="alerts" title={words.webhooksEmpty} />
          ) : (
            <ul class="rows">
              {all.map((webhook) => (
                <OneWebhook key={webhook.id} webhook={webhook} onChange={webhooks.reload} onKeys={setKeys} />
              ))}
            </ul>
          )
        }
      </Answer>
      {may('webhooks:write') ? (
        <details class="as-table">
          <summary>{words.makeWebhook}</summary>
          <form class="form narrow" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
            <Field name="url" type="url" label={words.url} required />
            <Field name="name" label={words.name} maxLength={100} />
            <Select
              name="format"
              label={words.format}
              options={formats.map((value) => ({ value, label: words.formats[value] }))}
            />
            <Complaint error={make.error} />
            <div class="actions">
              <button class="button" type="submit" aria-disabled={make.isBusy}>
                {words.makeWebhook}
              </button>
            </div>
          </form>
        </details>
      ) : null}
    </Section>
  )
}

const ShownKeys = ({ keys }: { readonly keys: Keys }) => (
  <div class="notice" role="status">
    <div class="stack">
      <p>{words.keysOnce}</p>
      <Command text={keys.secret} isText />
      <Command text={keys.publicKey} isText />
    </div>
  </div>
)

function OneWebhook({
  webhook,
  onChange,
  onKeys,
}: {
  readonly webhook: Webhook
  readonly onChange: () => void
  readonly onKeys: (keys: Keys) => void
}) {
  const may = useMay()
  const [isOpen, setOpen] = useState(false)
  const change = useAct('PATCH /v1/webhooks/{id}')
  const remove = useAct('DELETE /v1/webhooks/{id}')
  const test = useAct('POST /v1/webhooks/{id}/test')
  const rotate = useAct('POST /v1/webhooks/{id}/rotate')
  const { id, name, url, format, isDisabled, disabledReason, failingSince } = webhook
  const path = { id }
  return (
    <li class="stack">
      <div class="mini-head">
        <span>
          <b>{name === '' ? url : name}</b> <span class="soft s">{words.formats[format]}</span>
          {name === '' ? null : <span class="sub mono s"> {url}</span>}
        </span>
        {may('webhooks:write') ? (
          <span class="links">
            <button
              class="button small"
              type="button"
              onClick={() => void test.run({ path }).then(() => setOpen(true))}
            >
              {words.test}
            </button>
            <button
              class="button small"
              type="button"
              onClick={() =>
                void rotate.run({ path, body: { overlapHours: 24 } }).then((made) => made && onKeys(made.answer.keys))
              }
            >
              {words.rotate}
            </button>
            <button
              class="button small"
              type="button"
              onClick={() => void change.run({ path, body: { isDisabled: !isDisabled } }).then(onChange)}
            >
              {isDisabled ? words.switchOn : words.switchOff}
            </button>
            <button class="button small" type="button" onClick={() => void remove.run({ path }).then(onChange)}>
              {words.remove}
            </button>
          </span>
        ) : null}
      </div>
      {isDisabled ? (
        <p>
          <Chip kind="stopped">
            {words.disabledFor} {disabledReason === null ? words.off : reasonOf(disabledReason)}
          </Chip>
        </p>
      ) : failingSince === null ? null : (
        <p>
          <Chip kind="attention">
            {words.failing} <When at={failingSince} />
          </Chip>
        </p>
      )}
      <Complaint error={change.error ?? remove.error ?? test.error ?? rotate.error} />
      <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{words.deliveries}</summary>
        {isOpen ? <Deliveries id={id} /> : null}
      </details>
    </li>
  )
}

const chips = { waiting: 'waiting', delivered: 'done', 'given-up': 'failed' } as const

function Deliveries({ id }: { readonly id: string }) {
  const may = useMay()
  const pages = usePages(
    'GET /v1/webhooks/{id}/deliveries',
    { path: { id }, query: { limit: 20 } },
    ({ deliveries }) => deliveries,
    { everyMillis: 5000 },
  )
  const replay = useAct('POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay')
  return (
    <>
      <Complaint error={replay.error} />
      <Rows of={pages} empty={<p class="soft">{common.none}</p>}>
        {(rows) => (
          <Table
            caption={words.deliveries}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              { key: 'event', head: words.event, isHead: true, cell: ({ event }) => <code>{event}</code> },
              {
                key: 'status',
                head: common.state,
                cell: ({ status, reason, tries }) => (
                  <>
                    <Chip kind={chips[status]} isPlain>
                      {words.deliveryStatus[status]}
                    </Chip>
                    <span class="sub">
                      {words.tries(tries)} {reason === null ? '' : reasonOf(reason)}
                    </span>
                  </>
                ),
              },
              { key: 'at', head: common.when, cell: ({ createdAt }) => <When at={createdAt} /> },
              {
                key: 'replay',
                head: words.replay,
                isHeadHidden: true,
                cell: (delivery) =>
                  may('webhooks:write') && delivery.status !== 'waiting' ? (
                    <button
                      class="button small"
                      type="button"
                      onClick={() => void replay.run({ path: { id, deliveryId: delivery.id } }).then(pages.reload)}
                    >
                      {words.replay}
                    </button>
                  ) : null,
              },
            ]}
          />
        )}
      </Rows>
    </>
  )
}
