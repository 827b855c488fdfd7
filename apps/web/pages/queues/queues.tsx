import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Chip, Stats } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { queues as words } from '../../words/queues.ts'
import { schedules } from '../../words/schedules.ts'
import { shell } from '../../words/shell.ts'
import { Outward } from '../instance/outward.tsx'

const askMillis = 3000
const reasonWords: Readonly<Record<string, string>> = schedules.reasons

/** The queue room: is anything stuck, what waits and runs, and the switch that stops everything. */
export default function Queues() {
  const queues = useAnswer('GET /v1/instance/queues', {}, { everyMillis: askMillis })
  return (
    <Page title={shell.pages.queues} note={<span>{words.note}</span>}>
      <Answer of={queues}>
        {({ lanes, running, expiredLeases, lastEndedSeconds, mails, webhookDeliveries, missedTicks, stuck }) => (
          <>
            <Section id="stuck" title={words.stuck}>
              {stuck.length === 0 ? (
                <p>
                  <Chip kind="done" isPlain>
                    {words.nothingStuck}
                  </Chip>
                </p>
              ) : (
                <Table
                  caption={words.stuck}
                  rows={stuck}
                  keyOf={({ code }) => code}
                  columns={[
                    {
                      key: 'what',
                      head: words.code,
                      isHead: true,
                      cell: ({ sentence }) => (
                        <Chip kind="attention" isPlain>
                          {sentence}
                        </Chip>
                      ),
                    },
                    { key: 'do', head: words.do, cell: ({ action }) => action },
                  ]}
                />
              )}
            </Section>
            <Section id="now" title={words.waits}>
              <Stats
                label={words.waits}
                stats={[
                  { n: running, of: words.running, href: pathTo('scans', {}, { status: 'running' }) },
                  {
                    n: lanes.reduce((sum, { count }) => sum + count, 0),
                    of: words.count,
                    href: pathTo('scans', {}, { status: 'queued' }),
                  },
                  { n: expiredLeases, of: words.expired, href: '#stuck' },
                  {
                    n: missedTicks.reduce((sum, { count }) => sum + count, 0),
                    of: words.missed,
                    href: '#missed',
                  },
                ]}
              />
              <Table
                caption={words.waits}
                rows={[
                  ...lanes.map(({ lane, ...waiting }) => ({ name: words.lanes[lane], ...waiting })),
                  { name: words.mails, ...mails },
                  { name: words.deliveries, ...webhookDeliveries },
                ]}
                keyOf={({ name }) => name}
                columns={[
                  { key: 'name', head: words.queue, isHead: true, cell: ({ name }) => name },
                  { key: 'count', head: words.count, isNumber: true, cell: ({ count }) => count },
                  {
                    key: 'oldest',
                    head: words.oldest,
                    isNumber: true,
                    cell: ({ count, oldestSeconds }) => (count === 0 ? '–' : words.seconds(oldestSeconds)),
                  },
                ]}
              />
              <p class="soft">
                {words.lastEnded}: {lastEndedSeconds === null ? '–' : words.ago(words.seconds(lastEndedSeconds))} ·{' '}
                <a href={pathTo('scans', {}, { status: 'failed' })}>{words.historyLink}</a>
              </p>
            </Section>
            {missedTicks.length === 0 ? null : (
              <Section id="missed" title={words.missed}>
                <Table
                  caption={words.missed}
                  rows={missedTicks}
                  keyOf={({ reason }) => reason}
                  columns={[
                    { key: 'why', head: words.why, isHead: true, cell: ({ reason }) => reasonWords[reason] ?? reason },
                    { key: 'n', head: words.n, isNumber: true, cell: ({ count }) => count },
                  ]}
                />
              </Section>
            )}
          </>
        )}
      </Answer>
      <Outward />
    </Page>
  )
}
