import { contracts, type JobName } from '#workers/queue/contracts.ts'
import type { JobHandler, WorkerContext } from './job.ts'
import { runScan } from './run-scan.ts'

/** What each job does. A contract without a handler does not compile. */
const handlers: { readonly [Name in JobName]: JobHandler<Name> } = {
  'run-scan': runScan,
}

const isJobName = (name: string): name is JobName => Object.hasOwn(contracts, name)

/** Does a job as it comes from the queue, whose data is checked like anything that comes from outside. */
export async function runJob({ name, data }: { name: string; data: unknown }, context: WorkerContext): Promise<void> {
  if (!isJobName(name)) throw new Error(`there is no job ${name}`)
  await handlers[name](contracts[name].data.parse(data), context)
}
