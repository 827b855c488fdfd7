import type { Stores } from '#workers/queue/stores.ts'
import type { Metrics } from './metrics.ts'

/** Shows how many connections there are, and how many ask for one that there is not. */
export function showPool(metrics: Metrics, poolState: Stores['poolState']): void {
  metrics.gauge('portlight_pool_connections', 'Connections of our own pool to Postgres.', ['state'], () => {
    const { total, idle } = poolState()
    return [
      { labels: { state: 'idle' }, value: idle },
      { labels: { state: 'busy' }, value: total - idle },
    ]
  })
  metrics.gauge('portlight_pool_waiting', 'Queries that wait for a connection.', [], () => [
    { labels: {}, value: poolState().waiting },
  ])
}
