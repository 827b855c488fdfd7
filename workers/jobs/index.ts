import { forCause } from '#db/cause.ts'
import { contracts, type JobName } from '#workers/queue/contracts.ts'
import { readBatch } from './read-batch.ts'
import { checkOptOutJob } from './check-opt-out.ts'
import { checkProofJob } from './check-proof.ts'
import type { JobHandler, WorkerContext } from './job.ts'
import { runScan } from './run-scan.ts'
import { sendMail } from './send-mail.ts'
import { tellWebhook } from './tell-webhook.ts'

/** What each job does. A contract without a handler does not compile. */
const handlers: { readonly [Name in JobName]: JobHandler<Name> } = {
  'run-scan': runScan,
  'check-proof': checkProofJob,
  'check-opt-out': checkOptOutJob,
  'send-mail': sendMail,
  'read-batch': readBatch,
  'tell-webhook': tellWebhook,
}

/** These go on with the trace of the request that caused them, once they know it. */
const joining: ReadonlySet<JobName> = new Set(['run-scan', 'send-mail'])

const isJobName = (name: string): name is JobName => Object.hasOwn(contracts, name)

/** Does a job as it comes from the queue, whose data is checked like anything that comes from outside. */
export async function runJob({ name, data }: { name: string; data: unknown }, context: WorkerContext): Promise<void> {
  if (!isJobName(name)) throw new Error(`there is no job ${name}`)
  // Safe cast: each name's handler takes the data of its own contract, which TypeScript cannot follow through the union.
  const handle = handlers[name] as (data: object, context: WorkerContext) => Promise<void>
  const [id = name] = Object.values(data as object).map(String)
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  try {
    const work = () => handle(contracts[name].data.parse(data), context)
    await forCause({ id, requestId: null, traceparent: null }, () =>
      joining.has(name) ? work() : context.tracer.span({ name, kind: 'consumer' }, work),
    )
    context.recorder.job(name, 'done', seconds())
  } catch (error) {
    context.recorder.job(name, 'failed', seconds())
    throw error
  }
}
