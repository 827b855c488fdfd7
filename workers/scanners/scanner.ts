import type { z } from 'zod'
import type { Tier } from '#db/model/authority.ts'
import type { Observation, Severity } from '#db/model/finding.ts'
import type { Coverage, Progress } from '#db/model/scan.ts'
import type { Target, TargetKind } from '#db/model/target.ts'
import type { NameAnswer, NetworkDoor, Pace, Resolution } from '#workers/network/door.ts'

export type FailureReason =
  | 'name-not-found'
  | 'no-address'
  | 'resolver-failed'
  | 'unreachable'
  | 'timed-out'
  | 'protocol-error'
  | 'internal'

/** Thrown by a scanner that cannot even begin; what it did see belongs in its result instead. */
export class ScanFailure extends Error {
  override name = 'ScanFailure'
  readonly reason: FailureReason
  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** Everything a scanner may use besides its own input. */
export interface ScanContext {
  readonly network: NetworkDoor
  /** Aborts when the run's time is over or somebody ends it: return at once with what is known; the rest is left out, and said so. */
  readonly signal: AbortSignal
  readonly now: Date
  /** How long the run may take, from now on. */
  readonly millis: number
  /** Says how much real work is done; cheap, call it as often as something is. */
  readonly progress: (progress: Progress) => void
}

/** What a scanner hands back: the facts, and how far it got. */
export interface Report<Result> {
  readonly result: Result
  readonly coverage: Coverage
  /** Set when nothing at all could be told although it was asked: the run ends `inconclusive` with this reason. */
  readonly inconclusive?: string
}

/** A question asked of a stored result. Pure: no network, no database, no clock of its own. */
export interface Rule<Result> {
  /** `scanner/what-is-wrong`: present means that something is wrong. */
  readonly id: `${string}/${string}`
  readonly title: string
  readonly severity: Severity
  readonly remedy: string
  /** The document this rests on (`RFC 5280 §4.1.2.5`). */
  readonly reference: string
  /** One observation for each subject that was asked, at each address; none for what was not. */
  check(result: Result, now: Date): Observation[]
  /** What it says of a subject that was present once and that `check` leaves out now: an observation for each address where it was asked. Pure. */
  answerFor?(result: Result, subject: string): Observation[]
}

/** One fact that two results tell differently. What a target sent stands in `before` and `after` only, never in the sentence. */
export interface FactChange {
  /** In kebab-case: `port-opened`, `certificate-renewed`. */
  readonly kind: string
  readonly subject: string
  readonly before: string | null
  readonly after: string | null
  /** What the sentence says beside these, for other languages. */
  readonly data?: Readonly<Record<string, string>>
  readonly sentence: string
}

/** Something that ends on a known day. */
export interface Expiry {
  readonly subject: string
  /** ISO 8601, an instant or a day in UTC. */
  readonly at: string
  /** Since when it has been good, as `at` is; null where nothing says so. */
  readonly beganAt: string | null
  /** Who issued or keeps it, in their own words. */
  readonly issuer: string | null
  /** How many days before it is worth a word. */
  readonly soonDays: number
  /** Whose words and severity a reminder has. */
  readonly rule: `${string}/${string}`
}

/** A run that has ended; null where it told nothing. */
export interface PastRun<Options, Result> {
  readonly options: Options
  readonly result: Result | null
}

/** `untold`: it was asked, and not everywhere answered. `not-asked`: nobody asked. */
export const laneStates = ['open', 'closed', 'untold', 'not-asked'] as const
export type LaneState = (typeof laneStates)[number]

/** From one run to another, both asked, it stood the same in all between. */
export interface LaneSpan {
  readonly state: LaneState
  readonly from: number
  readonly to: number
}

/** Subjects over time, each with its state in every run, and how many more there are. */
export interface Lanes {
  readonly lanes: {
    readonly subject: string
    /** What seems to be there; a guess. */
    readonly note: string | null
    readonly states: LaneState[]
    /** The same at each address: how long it stood so, as places in the list of runs. */
    readonly at: { readonly address: string; readonly spans: LaneSpan[] }[]
  }[]
  readonly more: number
}

/** A certificate that an address shows as its own. What stands in it are its maker's words. */
export interface ServedCertificate {
  /** SHA-256 over the DER, in lower-case hexadecimal. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  /** The first of its names, and how many it has. */
  readonly names: readonly string[]
  readonly nameCount: number
  /** ISO 8601, in UTC. */
  readonly notBefore: string
  readonly notAfter: string
  readonly keyType: string
  readonly keyBits: number | null
  readonly keyCurve: string | null
  /** Days before its end by which it is usually renewed. */
  readonly renewalDays: number
  readonly nameMatches: boolean | null
  readonly trustProblem: string | null
}

/** What was served where; only addresses that answered, whatever they answered. */
export interface Served {
  readonly subject: string
  readonly places: readonly { readonly address: string; readonly certificates: readonly ServedCertificate[] }[]
}

export interface Scanner<Options extends z.ZodType, Result extends z.ZodType> {
  readonly title: string
  /** Raise when an unchanged target would now give a different result, so comparisons start afresh. */
  readonly version: number
  readonly accepts: readonly TargetKind[]
  /** True where one host can answer now so, now otherwise (several machines behind one address, a busy one): its news is told when two scans in a row say it. */
  readonly canFlap: boolean
  /** Whom it asks, which is who is silent where nothing is told. */
  readonly asks: 'host' | 'names' | 'registry'
  /** What it does to an address: visit it as anybody might, or ask what only an owner may ask for. */
  readonly tier: Tier
  /** Of an active scanner: how many connections to each address are a visit that needs no proof; 0 where there is no such thing. */
  readonly visitConnections?: number
  /** A strict object of which every field has a default: `{}` asks for what most people want. */
  readonly options: Options
  /** Bounds what is stored: every text and list has a maximum. */
  readonly result: Result
  readonly rules: readonly Rule<z.output<Result>>[]
  /** What ends when, for reminders; the news of their rules is told by these alone. Pure. */
  expiries?(result: z.output<Result>): Expiry[]
  /** Rules whose news reminders tell. */
  readonly reminded?: readonly string[]
  /** The certificates that were shown. Pure. */
  served?(result: z.output<Result>): Served
  /** What changed between two results of one target, as far as both tell it. Pure. */
  changes?(before: z.output<Result>, after: z.output<Result>): FactChange[]
  /** How runs one after the other saw it: a lane for each subject that was there in any of them. Pure. */
  lanes?(runs: readonly PastRun<z.output<Options>, z.output<Result>>[]): Lanes
  /** Every address that the servers in authority give for the target; null where they could not all tell. Pure. */
  addressesOfHost?(result: z.output<Result>): readonly string[] | null
  /** The longest that these options can take, at this pace; the scan's deadline is counted from it, and the run ends there. */
  longestMillis(options: z.output<Options>, pace: Pace): number
  scan(target: Target, options: z.output<Options>, context: ScanContext): Promise<Report<z.input<Result>>>
}

export type AnyScanner = Scanner<z.ZodType, z.ZodType>

/** How many connections to an address without authority the scanner may make; null for one that only ever visits. */
export const visitConnectionsOf = ({ tier, visitConnections = 0 }: AnyScanner): number | null =>
  tier === 'passive' ? null : visitConnections

/** Checks a scanner against the shape while keeping its own option and result types. */
export function defineScanner<Options extends z.ZodType, Result extends z.ZodType>(
  scanner: Scanner<Options, Result>,
): Scanner<Options, Result> {
  return scanner
}

const failureOf: Partial<Record<NameAnswer, FailureReason>> = {
  NXDOMAIN: 'name-not-found',
  NOERROR: 'no-address',
  NODATA: 'no-address',
}

/** The addresses of a target that has some. @throws ScanFailure that says why there are none, NotAllowed when one may not be touched. */
export async function addressesOf(target: Target, network: NetworkDoor): Promise<Resolution> {
  const resolution = await network.resolve(target.canonical)
  if (resolution.addresses.length > 0 || resolution.answers === null) return resolution
  const { A, AAAA } = resolution.answers
  // A question that got no answer may hide an address: only two real answers prove that there is none.
  const reason = failureOf[A] && failureOf[AAAA] ? failureOf[A] : 'resolver-failed'
  throw new ScanFailure(reason, `${target.display} gave no address (A: ${A}, AAAA: ${AAAA})`)
}
