import { useLocation } from 'preact-iso/router'
import type { ComponentChildren } from 'preact'
import type { Operations } from '../../../client/index.ts'
import { useMay, useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { queues as words } from '../../words/queues.ts'

const askMillis = 5000
const shownAtOnce = 10

const mailWords: Readonly<Record<string, string>> = words.mailKinds
const mailStatuses = ['waiting', 'dropped', 'sent'] as const
const deliveryStatuses = ['waiting', 'given-up', 'delivered'] as const
type Delivery = Operations['GET /v1/instance/deliveries']['answer']['deliveries'][number]

/** What is owed to people and to other machines, and what was given up. */
export const Outboxes = () => (
  <Section id="outboxes" title={words.outboxes} note={words.outboxesNote}>
    <div class="stack">
      <Mails />
      <Deliveries />
    </div>
  </Section>
)

function Mails() {
  const { query } = useLocation()
  const status = mailStatuses.find((status) => status === query['mails']) ?? 'waiting'
  const pages = usePages('GET /v1/instance/mails', { query: { limit: shownAtOnce, status } }, ({ mails }) => mails, {
    everyMillis: askMillis,
  })
  return (
    <div>
      <h3 id="mails">{words.mails}</h3>
      <Tabs
        label={words.mailParts}
        tabs={mailStatuses.map((one) => ({
          label: words.mailStatus[one],
          href: `${pathTo('queues', {}, { ...query, mails: one === 'waiting' ? null : one })}#mails`,
          isCurrent: one === status,
        }))}
      />
      <Rows of={pages} empty={<p class="soft">{words.noMails[status]}</p>}>
        {(rows) => (
          <Table
            caption={words.mails}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'kind',
                head: words.mail,
                isHead: true,
                cell: ({ kind }) => mailWords[kind] ?? kind.replaceAll('-', ' '),
              },
              { key: 'to', head: words.recipient, cell: ({ recipient }) => <Theirs text={recipient} /> },
              { key: 'tries', head: words.tries, isNumber: true, cell: ({ tries }) => number(tries) },
              { key: 'why', head: common.reason, cell: ({ reason }) => <Reason reason={reason} /> },
              {
                key: 'next',
                head: status === 'waiting' ? words.nextTry : common.when,
                cell: ({ tryAfter, endedAt }) => <When at={endedAt ?? tryAfter} />,
              },
              { key: 'made', head: words.made, cell: ({ createdAt }) => <When at={createdAt} /> },
            ]}
          />
        )}
      </Rows>
    </div>
  )
}

const chips = { waiting: 'waiting', delivered: 'done', 'given-up': 'failed' } as const

function Deliveries() {
  const { query } = useLocation()
  const status = deliveryStatuses.find((status) => status === query['deliveries']) ?? 'waiting'
  const pages = usePages(
    'GET /v1/instance/deliveries',
    { query: { limit: shownAtOnce, status } },
    ({ deliveries }) => deliveries,
    { everyMillis: askMillis },
  )
  const replay = useReplay(pages.reload)
  return (
    <div>
      <h3 id="deliveries">{words.deliveries}</h3>
      <Tabs
        label={words.deliveryParts}
        tabs={deliveryStatuses.map((one) => ({
          label: words.deliveryStatus[one],
          href: `${pathTo('queues', {}, { ...query, deliveries: one === 'waiting' ? null : one })}#deliveries`,
          isCurrent: one === status,
        }))}
      />
      <Complaint error={replay.error} />
      <Rows of={pages} empty={<p class="soft">{words.noDeliveries[status]}</p>}>
        {(rows) => (
          <Table caption={words.deliveries} rows={rows} keyOf={({ id }) => id} columns={columnsWith(replay.button)} />
        )}
      </Rows>
    </div>
  )
}

const columnsWith = (button: (delivery: Delivery) => ComponentChildren): readonly Column<Delivery>[] => [
  {
    key: 'receiver',
    head: words.receiver,
    isHead: true,
    cell: ({ host, organisation }) => (
      <>
        <Theirs text={host} />
        <span class="sub">{organisation}</span>
      </>
    ),
  },
  { key: 'event', head: words.event, cell: ({ type }) => <code>{type}</code> },
  {
    key: 'status',
    head: common.state,
    cell: ({ status }) => (
      <Chip kind={chips[status]} isPlain>
        {words.deliveryStatus[status]}
      </Chip>
    ),
  },
  { key: 'tries', head: words.tries, isNumber: true, cell: ({ tries }) => number(tries) },
  { key: 'why', head: common.reason, cell: ({ reason }) => <Reason reason={reason} /> },
  {
    key: 'next',
    head: words.nextTry,
    cell: ({ tryAfter, endedAt }) => (endedAt === null ? <When at={tryAfter} /> : '–'),
  },
  { key: 'made', head: words.made, cell: ({ createdAt }) => <When at={createdAt} /> },
  { key: 'replay', head: words.replay, isAct: true, cell: button },
]

/** Sending again is its organisation's to do, so it is offered for deliveries of one's own. */
function useReplay(reload: () => void) {
  const may = useMay()
  const { organisation } = useMe()
  const replay = useAct('POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay')
  const send = async ({ id, webhookId }: Delivery) => {
    if ((await replay.run({ path: { id: webhookId, deliveryId: id } })) === null) return
    say(words.replayed)
    reload()
  }
  return {
    error: replay.error,
    button: (delivery: Delivery) =>
      may('webhooks:write') && delivery.organisationId === organisation.id && delivery.status !== 'waiting' ? (
        <button class="button small" type="button" onClick={() => void send(delivery)}>
          {words.replay}
        </button>
      ) : null,
  }
}

/** Ours or a server's words: `too-late: 450 try later` too. */
const Reason = ({ reason }: { readonly reason: string | null }) =>
  reason === null ? <>{'–'}</> : <Theirs text={reasonOf(reason)} />
