import '../target/style.css'
import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { SeverityMark } from '../../parts/marks.tsx'
import { Empty, Page, Tabs } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { finding as findingWords } from '../../words/finding.ts'
import { titleOf } from '../../words/findings.ts'
import { shell } from '../../words/shell.ts'
import { tell as words } from '../../words/tell.ts'
import { Routes } from './routes.tsx'
import { Webhooks } from './webhooks.tsx'

const tabs = ['news', 'routes', 'webhooks'] as const

export default function Alerts() {
  const may = useMay()
  const { query } = useLocation()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'news'
  return (
    <Page title={shell.pages.alerts}>
      <Tabs
        label={words.parts}
        tabs={tabs
          .filter((one) => one !== 'webhooks' || may('webhooks:read'))
          .map((one) => ({
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

const kindWords: Readonly<Record<string, string>> = findingWords.changes
const statusWords: Readonly<Record<string, string>> = words.messageStatus

function News() {
  const pages = usePages('GET /v1/alerts', { query: { limit: 50 } }, ({ alerts }) => alerts)
  return (
    <Rows
      of={pages}
      empty={
        <Empty icon="alerts" title={words.newsEmpty}>
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
                  <ul class="s soft">
                    {changes.slice(0, 5).map((change, i) => (
                      <li key={i}>
                        {kindWords[change.kind] ?? change.kind.replaceAll('-', ' ')}: {titleOf(change)}{' '}
                        <span class="mono">
                          <Theirs text={change.subject} />
                        </span>
                      </li>
                    ))}
                    {changes.length > 5 ? <li>… {words.changes(changes.length)}</li> : null}
                  </ul>
                </>
              ),
            },
            {
              key: 'told',
              head: words.told,
              cell: ({ messages }) =>
                messages.length === 0 ? (
                  words.toldNobody
                ) : (
                  <details>
                    <summary>{words.messages(messages.length)}</summary>
                    <ul class="s">
                      {messages.map(({ webhookId, status, reason }, i) => (
                        <li key={i}>
                          {webhookId === null ? words.toPeople : words.toWebhooks}: {statusWords[status] ?? status}{' '}
                          {reason}
                        </li>
                      ))}
                    </ul>
                  </details>
                ),
            },
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
