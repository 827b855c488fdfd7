import type { Severity } from '#db/model/finding.ts'
import { DomainError } from '#db/model/errors.ts'
import { readTarget } from '#db/model/target.ts'
import { NoAnswer, NotPortlight, Problem } from '#apps/client/errors.ts'
import { isFinal } from '#apps/client/follow.ts'
import type { Submission } from '#apps/client/scans.ts'
import type { Context } from './context.ts'
import { type Conversation, type Seen, submitAndFollow } from './conversation.ts'
import { CommandError, notTold, usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { exitCodeOf } from './gate.ts'
import { inert, inertJson } from '#db/model/inert.ts'
import { liveProgress } from './progress.ts'
import { reachInstance } from './reach-instance.ts'
import { renderReport } from './report/render.ts'

export interface ScanOptions {
  readonly scanner: readonly string[]
  readonly ports?: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly attest?: string
  /** Seconds. */
  readonly maxAge?: number
  readonly failOn: Severity
  readonly strict: boolean
  /** `new`: only what was well at the scan before counts. */
  readonly gate: 'all' | 'new'
  readonly json: boolean
  readonly url?: string
  readonly key?: string
  /** Seconds. */
  readonly timeout?: number
}

/** Submits a scan, follows it to its end and reports. @throws CommandError */
export async function scan(target: string, options: ScanOptions, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context
  const submission = await submissionOf(target, options)
  const talk: Conversation = { instance: await reachInstance(options, context), accepted: null }
  const progress = liveProgress(terminal)
  try {
    const seen = await submitAndFollow(talk, submission, {
      timeoutMillis: options.timeout === undefined ? Infinity : options.timeout * 1000,
      goneAfterMillis: 15_000,
      signal,
      onSeen: ({ scan }) => progress.draw(scan),
      reachAgain: () => reachInstance(options, context),
    })
    progress.clear()
    const code = await tell(seen, talk, options, terminal)
    return options.gate === 'new' && isFinal(seen.scan.status)
      ? await tellNew(code, seen, talk, options, context)
      : code
  } catch (error) {
    progress.clear()
    if (!signal.aborted) throw sentenceFor(error, talk)
    terminal.err(`${inert(whereItGoesOn('Interrupted', talk))}\n`)
    return signal.reason as ExitCode
  } finally {
    await talk.instance.stop()
  }
}

/** Whatever is wrong by its spelling is said before any Portlight is started; the catalogue is loaded only for a scan that names a scanner. @throws CommandError */
async function submissionOf(
  target: string,
  { scanner, ports, options, attest, maxAge }: ScanOptions,
): Promise<Submission> {
  const read = readTarget(target)
  if (read instanceof DomainError) throw usageError(`${read.message.replace(/\.$/, '')} (${read.rule ?? read.code})`)
  const submission = {
    target,
    ...(attest === undefined ? {} : { attest }),
    ...(maxAge === undefined ? {} : { maxAge }),
  }
  if (scanner.length === 0 && ports === undefined && options === undefined) return submission
  const { planOf } = await import('./plan.ts')
  const scanners = planOf({ scanners: scanner, ports, options })
  return scanners === undefined ? submission : { ...submission, scanners }
}

async function tell(
  { scan, raw }: Seen,
  talk: Conversation,
  { json, failOn, strict }: ScanOptions,
  { out, err, width, paint }: Context['terminal'],
): Promise<ExitCode> {
  if (json) await out(`${inertJson(raw)}\n`)
  if (!isFinal(scan.status)) {
    err(`${inert(whereItGoesOn('The scan has not ended in this time', talk))}\n`)
    return exitCodes.notTold
  }
  if (!json) await out(renderReport(scan, { width: width(), paint, link: linkTo(scan.id, talk) }))
  return exitCodeOf(scan, { failOn, strict })
}

/** Whatever else is wrong, or could not be told, only what is new is a reason to stop. */
async function tellNew(
  code: ExitCode,
  { scan }: Seen,
  { instance }: Conversation,
  { failOn }: ScanOptions,
  { terminal, signal }: Context,
): Promise<ExitCode> {
  if (code === exitCodes.refused) return code
  if (code === exitCodes.notTold) terminal.err('Some of it could not be told, which counts as nothing new.\n')
  const { newSince } = await import('./gate-new.ts')
  const { since, news } = await newSince(instance, scan, failOn, signal)
  if (since === null) terminal.err('There is no earlier scan of this host to compare with: nothing counts as new.\n')
  else if (news.length === 0) terminal.err(`Nothing new at or above ${failOn} since scan ${since}.\n`)
  else terminal.err([`New since scan ${since}:`, ...news].map((line) => `${inert(line)}\n`).join(''))
  return news.length > 0 ? exitCodes.found : exitCodes.nothingFound
}

/** Null where nobody will answer there once this command has ended. */
const linkTo = (id: string, { instance: { url, isOwn } }: Conversation) => (isOwn ? null : `${url}/v1/scans/${id}`)

function whereItGoesOn(what: string, talk: Conversation): string {
  const { accepted } = talk
  if (!accepted) return `${what} before Portlight had said whether it takes the scan.`
  const link = linkTo(accepted.id, talk)
  if (link !== null) return `${what}. The scan goes on: ${link}`
  return `${what}. The Portlight that was started for it stops too; scan ${accepted.id} goes on when Portlight is started again (npm start) before ${accepted.deadline}.`
}

/** What the API's answers mean for the person who typed the command. */
function sentenceFor(error: unknown, { accepted }: Conversation): unknown {
  if (error instanceof NoAnswer) {
    return notTold(
      accepted ? `${error.message}; scan ${accepted.id} is kept, and can be asked for there` : error.message,
    )
  }
  if (error instanceof NotPortlight) return notTold(error.message)
  if (!(error instanceof Problem)) return error
  if (error.status === 401) return usageError(`The key is not accepted: ${error.message}`)
  if (error.status === 404) return notTold(`The scan is not there any more: ${error.message}`)
  const code = error.status < 500 && error.status !== 429 ? exitCodes.refused : exitCodes.notTold
  return new CommandError(`${error.message} (${error.code})`, code)
}
