import { connect, createPool } from '#db/connect.ts'
import { createBell } from '#workers/queue/enqueue.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'

// A process that keeps schedules and does nothing else, as fast as it can; it ends when it is killed.

const db = connect(
  createPool({ url: process.env['DATABASE_URL']!, max: 2, name: 'scheduler', timeoutMillis: 5000, onError: () => {} }),
)
const deps = {
  db,
  bell: createBell(false, async () => ({ queues: {} as never, inside: null })),
  guard: spellingGuard(['127.0.0.0/8']),
  bound: createQueueBound(db, 1_000_000),
  onBug: (error: unknown) => {
    throw error
  },
}
process.stdout.write('keeping\n')
for (;;) await keepSchedules(deps)
