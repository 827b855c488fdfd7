import type { SilenceCause } from '#db/model/outage.ts'
import type { Coverage, RunStatus } from '#db/model/scan.ts'

export interface HeardRun {
  /** Whom the scanner asks. */
  readonly asks: 'host' | 'names' | 'registry'
  readonly status: RunStatus
  readonly reason: string | null
  readonly coverage: Coverage | null
}

/** What was silent in a scan, and what answered; what was not asked is neither. */
export type Heard = { readonly [cause in SilenceCause]?: 'silent' | 'answered' | undefined }

/** Ends that are ours, or say something: the asked one was not silent. */
const saysNothing: ReadonlySet<string> = new Set([
  'deadline',
  'internal',
  'never-started',
  'crashed-too-often',
  'cancelled',
  'not-asked',
  'name-not-found',
  'no-address',
  'protocol-error',
  'resolver-failed',
])
/** Our own packets did not get out. */
const lostReasons: ReadonlySet<string> = new Set(['ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH'])

const isDenied = ({ reason }: HeardRun) => reason === 'name-not-found' || reason === 'no-address'
const hasAnswered = ({ coverage }: HeardRun) => (coverage?.answered ?? 0) > 0
const isSilent = ({ status, reason, coverage }: HeardRun) =>
  (status === 'completed' || status === 'inconclusive' || status === 'failed') &&
  !saysNothing.has(reason ?? '') &&
  (coverage === null || (coverage.answered === 0 && wasTried(coverage)))

const wasTried = ({ asked, leftOut }: Coverage) => asked > 0 || leftOut.some(({ reason }) => lostReasons.has(reason))

/** Who answered a scan and who did not, by its own runs. */
export function heardIn(runs: readonly HeardRun[]): Heard {
  const of = (asks: HeardRun['asks']): 'silent' | 'answered' | undefined => {
    const asked = runs.filter((run) => run.asks === asks)
    if (asked.some(hasAnswered)) return 'answered'
    return asked.length > 0 && asked.every(isSilent) ? 'silent' : undefined
  }
  const hasFailed = runs.some(({ reason }) => reason === 'resolver-failed')
  // A name that is denied, and a host that was reached, were resolved.
  const isResolved = runs.some((run) => isDenied(run) || (run.asks !== 'registry' && hasAnswered(run)))
  const resolver = hasFailed ? ('silent' as const) : isResolved ? ('answered' as const) : undefined
  return { host: of('host'), registry: of('registry'), resolver }
}
