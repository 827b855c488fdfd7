import type { Recorder } from '#workers/metrics/metrics.ts'
import type { Db } from '#db/connect.ts'
import type { TellDeps } from '#workers/channels/webhook/tell.ts'
import type { MailTransport } from '#workers/mail/transport.ts'
import type { Authority } from '#workers/network/authority.ts'
import type { NetworkDoor } from '#workers/network/door.ts'
import type { SpellingGuard } from '#workers/queue/begin-scan.ts'
import type { MailKeys } from '#workers/queue/compose-mail.ts'
import type { JobData, JobName } from '#workers/queue/contracts.ts'
import type { Tracer } from '#workers/tracing/tracer.ts'
import type { Slots } from './slots.ts'

/** As much of a pino logger as jobs use. */
export interface JobLog {
  info(about: object, message: string): void
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

/** Everything a job may use besides its own data. Built once, in workers/main.ts. */
export interface WorkerContext {
  /** By which this process is known; null where nobody looks for it. */
  readonly workerId: string | null
  readonly db: Db
  readonly guard: SpellingGuard
  readonly log: JobLog
  readonly openDoor: (signal: AbortSignal, authority: Authority) => NetworkDoor
  readonly mail: { readonly transport: MailTransport; readonly keys: () => Promise<MailKeys> }
  readonly channels: Pick<TellDeps, 'post' | 'secretsOf' | 'sealedUrlOf'>
  readonly leaseSeconds: number
  /** Aborts when this process has no more time for what it runs, or outward packets are switched off: asked for anew by each job. */
  readonly signal: AbortSignal
  /** While it is, nothing that sends packets begins. */
  readonly isOutwardOff: () => boolean
  /** True once this process was asked to stop, or while it shall take no more work: what runs may end, and nothing new begins. */
  readonly isStopping: () => boolean
  readonly slots: Slots
  readonly recorder: Recorder
  readonly tracer: Tracer
  /** Calls the listener when somebody wants the scan to end, until the returned function is called. A word that is lost comes with the next renewal of the lease. */
  readonly onCancel: (scanId: string, listener: () => void) => () => void
  /** Calls the listener when a window opens in which the scan shall rest, until the returned function is called. */
  readonly onPause: (scanId: string, listener: () => void) => () => void
  /** Told of a scan that was given back, so that it can be rung for once its job is gone from the queue. */
  readonly onHandedBack: (scanId: string) => void
}

export type JobHandler<Name extends JobName> = (data: JobData<Name>, context: WorkerContext) => Promise<void>
