import { z } from 'zod'

interface JobContract {
  readonly queue: string
  /** Begins the job's id, so that asking twice for one thing makes one job. */
  readonly prefix: string
  readonly data: z.ZodObject
}

/** Every job that can be asked of the workers. Data is ids only: the facts, and the retries, stay in Postgres. */
export const contracts = {
  'send-mail': { queue: 'mail', prefix: 'm', data: z.object({ mailId: z.uuid() }) },
  'check-proof': { queue: 'scans', prefix: 'p', data: z.object({ proofId: z.uuid() }) },
  'check-opt-out': { queue: 'scans', prefix: 'o', data: z.object({ optOutId: z.uuid() }) },
  'tell-webhook': { queue: 'alerts', prefix: 'w', data: z.object({ webhookId: z.uuid() }) },
  'read-batch': { queue: 'batches', prefix: 'b', data: z.object({ batchId: z.uuid() }) },
  'run-scan': { queue: 'scans', prefix: 's', data: z.object({ scanId: z.uuid() }) },
} as const satisfies Record<string, JobContract>

export type JobName = keyof typeof contracts
export type JobData<Name extends JobName> = z.output<(typeof contracts)[Name]['data']>
export type QueueName = (typeof contracts)[JobName]['queue']

export const queueNames = [...new Set(Object.values(contracts).map(({ queue }) => queue))]
