import './style.css'
import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Chip, SeverityMark } from '../../parts/marks.tsx'
import { Empty, Page, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { reasonOf, titleOf } from '../../words/findings.ts'
import { shell } from '../../words/shell.ts'
import { tell as words } from '../../words/tell.ts'
import { Routes } from './routes.tsx'
import { type Alert, byNews, type NewsGroup } from './told.ts'
import { Webhooks } from './webhooks.tsx'

const tabs = ['news', 'routes', 'webhooks'] as const

export default function Alerts() {
  const may = useMay()
  const { query } = useLocation()
  const shown = tabs.filter((one) => one !== 'webhooks' || may('webhooks:read'))
  const tab = shown.find((one) => one === query['tab']) ?? 'news'
  return (
    <Page title={shell.pages.alerts}>
      <Tabs
        label={words.parts}
        tabs={shown.map((one) => ({
          label: words.tabs[one],
          href: pathTo('alerts', {}, { tab: one === 'news' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'news' ? <News /> : null}
      {tab === 'routes' ? <Routes /> : null}
      {tab === 'webhooks' ? <Webhooks /> : null}
    </Page>
  )
}

function News() {
  const may = useMay()
  const pages = usePages('GET /v1/alerts', { query: { limit: 50 } }, ({ alerts }) => alerts)
  const members = useAnswer('GET /v1/members', {})
  const webhooks = useAnswer('GET /v1/webhooks', may('webhooks:read') ? {} : null)
  const nameOf = ({ webhookId, userId }: Message) => {
    const user = members.data?.members.find(({ id }) => id === userId)
    const webhook = webhooks.data?.webhooks.find(({ id }) => id === webhookId)
    if (user !== undefined) return user.name === '' ? user.email : user.name
    if (webhook !== undefined) return webhook.name === '' ? webhook.url : webhook.name
    // Who may not be listed to this reader is not called gone.
    return (webhookId === null ? members : webhooks).data === undefined ? '' : words.noLongerThere
  }
  return (
    <Rows
      of={pages}
      empty={
        <Empty
          icon="alerts"
          title={words.newsEmpty}
          action={
            may('alerts:write') ? (
              <a class="button" href={pathTo('alerts', {}, { tab: 'routes' })}>
                {words.toRoutes}
              </a>
            ) : undefined
          }
        >
          {words.newsEmptyText}
        </Empty>
      }
    >
      {(rows) => (
        <Table
          caption={words.newsList}
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            {
              key: 'severity',
              head: findingWords.severity,
              cell: ({ severity }) => <SeverityMark severity={severity} />,
            },
            {
              key: 'what',
              head: findingWords.what,
              isHead: true,
              cell: ({ target, changes }) => (
                <>
                  <a class="row-link" href={pathTo('target', { id: target.id })}>
                    <Theirs text={target.display} />
                  </a>
                  {byNews(changes).map((group) => (
                    <Group key={group.news} {...group} />
                  ))}
                </>
              ),
            },
            { key: 'told', head: words.told, cell: ({ messages }) => <Told messages={messages} nameOf={nameOf} /> },
            {
              key: 'at',
              head: common.when,
              cell: ({ at, scanId }) =>
                scanId === null ? (
                  <When at={at} />
                ) : (
                  <a href={pathTo('scan', { id: scanId })}>
                    <When at={at} />
                  </a>
                ),
            },
          ]}
        />
      )}
    </Rows>
  )
}

type Message = Alert['messages'][number]
const firstAtMost = 5

/** News of one kind: the first few, and the others behind their count. */
function Group({ news, changes }: NewsGroup) {
  const further = changes.slice(firstAtMost)
  return (
    <div class="told s">
      <span class="soft">{words.news[news]}</span>
      <Changes changes={changes.slice(0, firstAtMost)} />
      {further.length === 0 ? null : (
        <details>
          <summary>{words.further(further.length)}</summary>
          <Changes changes={further} />
        </details>
      )}
    </div>
  )
}

const Changes = ({ changes }: { readonly changes: Alert['changes'] }) => (
  <ul>
    {changes.map((change, i) => (
      <li key={i}>
        {change.findingId === null ? (
          titleOf(change)
        ) : (
          <a href={pathTo('finding', { id: change.findingId })}>{titleOf(change)}</a>
        )}{' '}
        <span class="mono soft">
          <Theirs text={change.subject} />
        </span>
        {change.reason === null ? null : <span class="soft"> ({reasonOf(change.reason)})</span>}
      </li>
    ))}
  </ul>
)

const statusWords: Readonly<Record<string, string>> = words.messageStatus
const chips: Readonly<Record<string, string>> = {
  waiting: 'waiting',
  sent: 'done',
  delivered: 'done',
  failed: 'failed',
  dropped: 'failed',
  'given-up': 'failed',
}

/** Who was told, or will be, with what became of each message. */
function Told({
  messages,
  nameOf,
}: {
  readonly messages: Alert['messages']
  readonly nameOf: (message: Message) => string
}) {
  if (messages.length === 0) return <span class="soft">{words.toldNobody}</span>
  return (
    <details>
      <summary>{words.messages(messages.length)}</summary>
      <ul class="s messages">
        {messages.map((message, i) => {
          const { webhookId, status, reason, sendAfter } = message
          return (
            <li key={i}>
              <Chip kind={chips[status] ?? 'queued'} isPlain>
                {statusWords[status] ?? status}
              </Chip>
              <span>
                {webhookId === null ? words.byMail : words.byWebhook} {nameOf(message)}
              </span>
              <span class="soft">
                {status === 'waiting' ? (
                  <>
                    {words.notBefore} <When at={new Date(sendAfter).toISOString()} as="date" />
                  </>
                ) : null}
                {reason === null ? null : ` ${reasonOf(reason)}`}
              </span>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
