import { defineConfig } from 'vitest/config'

/** The tests that hold claim, fence and reconciler, for `npm run mutate`: each has to fail when one of these is broken on purpose. */
export default defineConfig({
  test: {
    include: [
      'test/db/queries/claims.test.ts',
      'test/workers/queue/reconcile.test.ts',
      'test/workers/queue/scan-life.test.ts',
      'test/workers/jobs/lease.test.ts',
      'test/workers/jobs/run-scan.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
