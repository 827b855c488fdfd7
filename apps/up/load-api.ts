// Preloaded (`node --import`) into an API whose database is not ready yet: its code loads meanwhile, and then it waits to be told.
import { once } from 'node:events'
import { env } from 'node:process'
import '#apps/api/app.ts'
import '#workers/queue/stores.ts'

// Whoever started us ended before there was anything to do.
const leave = () => process.exit()
process.once('disconnect', leave)
const [variables] = (await once(process, 'message')) as [Record<string, string>]
process.off('disconnect', leave)
Object.assign(env, variables)
