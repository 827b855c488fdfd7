// Builds the page, and compiles what a start loads, so that already the first one has both; `npm install` runs this.
import { enableCompileCache } from 'node:module'
import { compileCache } from './places.ts'

enableCompileCache(compileCache)
await import('./up.ts')
await import('./prepare-database.ts')
await import('#apps/api/app.ts')
await import('#workers/queue/stores.ts')
await import('#workers/queue/on-postgres.ts')

const { buildPage } = await import('#apps/web/build.ts')
await buildPage()
