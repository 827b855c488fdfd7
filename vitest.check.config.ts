import { defineConfig } from 'vitest/config'

/** What `npm run check` may run: seconds, no services. */
export default defineConfig({ test: { include: ['test/architecture.test.ts'] } })
