import type { FindingState, Judgement } from '#db/model/finding.ts'

/** A finding as it stood before a scan. */
export interface Known {
  readonly id: string
  readonly rule: string
  readonly subject: string
  readonly state: FindingState
  /** Where it was last seen; an empty text for what is about no address. */
  readonly addresses: readonly string[]
  /** How many scans in a row said the same. */
  readonly streak: number
  /** What people were last told. */
  readonly told: 'nothing' | 'open' | 'fixed'
  /** Of the scanner that told it last. */
  readonly scannerVersion: number
}

/** What a scan says of one finding; null for one that there was not. */
export interface Move {
  readonly known: Known | null
  readonly rule: string
  readonly subject: string
  readonly state: FindingState
  readonly addresses: readonly string[]
  readonly streak: number
  readonly told: 'nothing' | 'open' | 'fixed'
  /** Null where the state is as before. */
  readonly change: 'opened' | 'fixed' | 'regressed' | null
  /** True where people are to be told of the state now. */
  readonly isTold: boolean
  /** True where another version told it last: its state is set anew, and nobody is told. */
  readonly isRecalibrated: boolean
  /** It was seen again. */
  readonly isConfirmed: boolean
  readonly evidence: Judgement['evidence'] | null
}

export interface CompareOptions {
  /** How many scans in a row have to say the same before people are told: two where the kind can flap. */
  readonly tellAfter: number
  readonly scannerVersion: number
  /** The first run of this version that told anything: what it finds that was not known is no news either. */
  readonly isFirstOfVersion: boolean
}

/**
 * What a scan changes. A finding moves only by what was said about its own rule and subject; it is fixed once every address at which it was last seen was asked again and answered well.
 * What was not asked, or could not be told, leaves it as it stands.
 */
export function compare(known: readonly Known[], judgements: readonly Judgement[], options: CompareOptions): Move[] {
  const before = new Map(known.map((one) => [keyOf(one), one]))
  return [...grouped(judgements).values()].flatMap((said) => {
    const [{ rule, subject }] = said as [Judgement]
    const move = moveOf(before.get(keyOf({ rule, subject })) ?? null, said, options)
    return move === null ? [] : [{ rule, subject, ...move }]
  })
}

const keyOf = ({ rule, subject }: { rule: string; subject: string }) => JSON.stringify([rule, subject])

function grouped(judgements: readonly Judgement[]): Map<string, Judgement[]> {
  const groups = new Map<string, Judgement[]>()
  for (const one of judgements) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

function moveOf(
  known: Known | null,
  said: readonly Judgement[],
  options: CompareOptions,
): Omit<Move, 'rule' | 'subject'> | null {
  const at = (verdict: Judgement['verdict']) =>
    said.filter((one) => one.verdict === verdict).map(({ address }) => address ?? '')
  const [present, absent] = [at('present'), new Set(at('absent'))]
  const unanswered = (known?.addresses ?? []).filter((address) => !absent.has(address) && !present.includes(address))
  if (present.length > 0) {
    const state = known === null ? 'open' : known.state === 'fixed' ? 'regressed' : known.state
    const evidence = said.find(({ verdict }) => verdict === 'present')!.evidence ?? null
    return {
      ...tellingOf(known, state, options),
      // Of one that was fixed nothing was left to be answered.
      addresses: [...new Set([...present, ...(known?.state === 'fixed' ? [] : unanswered)])].sort(),
      isConfirmed: true,
      evidence,
    }
  }
  if (known === null || absent.size === 0) return null
  if (unanswered.length === 0)
    return { ...tellingOf(known, 'fixed', options), addresses: known.addresses, isConfirmed: false, evidence: null }
  if (known.state === 'fixed' || unanswered.length === known.addresses.length) return null
  const { state, streak, told } = known
  return {
    known,
    state,
    streak,
    told,
    change: null,
    isTold: false,
    isRecalibrated: false,
    isConfirmed: false,
    evidence: null,
    addresses: unanswered,
  }
}

/** Counts how long it has stood so, and says whether that is to be told. */
function tellingOf(
  known: Known | null,
  state: FindingState,
  { tellAfter, scannerVersion, isFirstOfVersion }: CompareOptions,
): Pick<Move, 'known' | 'state' | 'streak' | 'told' | 'change' | 'isTold' | 'isRecalibrated'> {
  const isSame = known !== null && (known.state === 'fixed') === (state === 'fixed')
  const streak = isSame ? known.streak + 1 : 1
  const before = known?.told ?? 'nothing'
  const stands = state === 'fixed' ? 'fixed' : 'open'
  const change = isSame ? null : state === 'open' ? 'opened' : state
  const isRecalibrated = known === null ? isFirstOfVersion : known.scannerVersion !== scannerVersion
  if (isRecalibrated) return { known, state, streak, told: stands, change, isTold: false, isRecalibrated }
  // What was never told open needs no word that it is fixed.
  const isNews = before !== stands && !(before === 'nothing' && stands === 'fixed')
  const isTold = isNews && streak >= tellAfter
  const told = isTold ? stands : before
  return { known, state, streak, told, change, isTold, isRecalibrated }
}
