import type { Fact, Metrics } from '#workers/metrics/metrics.ts'
import type { Db } from '#db/connect.ts'
import { type InstanceFacts, instanceFacts } from '#db/queries/facts.ts'

interface Shown {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly facts: (facts: InstanceFacts) => Fact[]
}

const one = (value: number | null): Fact[] => (value === null ? [] : [{ labels: {}, value }])

/** What Postgres knows of the whole instance: one line a metric. */
const shown: readonly Shown[] = [
  {
    name: 'portlight_scans_waiting',
    help: 'Scans that nobody has begun.',
    labels: ['lane'],
    facts: ({ waiting }) => waiting.map(({ lane, count }) => ({ labels: { lane }, value: count })),
  },
  {
    name: 'portlight_scans_oldest_waiting_seconds',
    help: 'For how long the oldest of them waits.',
    labels: ['lane'],
    facts: ({ waiting }) => waiting.map(({ lane, oldestSeconds }) => ({ labels: { lane }, value: oldestSeconds })),
  },
  { name: 'portlight_scans_running', help: 'Scans that a worker holds.', labels: [], facts: (all) => one(all.running) },
  {
    name: 'portlight_leases_expired',
    help: 'Scans whose worker has not been heard of for a lease, and that nobody has taken up yet.',
    labels: [],
    facts: (all) => one(all.expiredLeases),
  },
  {
    name: 'portlight_last_scan_ended_seconds',
    help: 'How long ago the last scan ended; absent before the first.',
    labels: [],
    facts: (all) => one(all.lastEndedSeconds),
  },
  { name: 'portlight_mails_waiting', help: 'Mails not handed over.', labels: [], facts: (all) => one(all.mails.count) },
  {
    name: 'portlight_mails_oldest_waiting_seconds',
    help: 'For how long the oldest of them waits.',
    labels: [],
    facts: (all) => one(all.mails.oldestSeconds),
  },
  {
    name: 'portlight_webhook_deliveries_waiting',
    help: 'What webhooks have not taken yet.',
    labels: [],
    facts: (all) => one(all.deliveries.count),
  },
  {
    name: 'portlight_webhook_deliveries_oldest_waiting_seconds',
    help: 'For how long the oldest of it waits.',
    labels: [],
    facts: (all) => one(all.deliveries.oldestSeconds),
  },
  {
    name: 'portlight_ticks_missed_last_day',
    help: 'Runs of schedules that were owed in the last 24 hours and did not happen, by reason.',
    labels: ['reason'],
    facts: ({ missedTicks }) => missedTicks.map(({ reason, count }) => ({ labels: { reason }, value: count })),
  },
]

/** Lets a look at these metrics ask Postgres, once for all of them. */
export function showInstance(metrics: Metrics, db: Db, nowMillis: () => number = Date.now): void {
  let asked: { readonly at: number; readonly facts: Promise<InstanceFacts> } | null = null
  // All gauges are looked at within a moment.
  const facts = () => {
    if (asked === null || nowMillis() - asked.at > 500) asked = { at: nowMillis(), facts: instanceFacts(db) }
    return asked.facts
  }
  for (const { name, help, labels, facts: of } of shown)
    metrics.gauge(name, help, labels, async () => of(await facts()))
}
