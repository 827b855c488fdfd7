import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Judgement, Verdict } from '#db/model/finding.ts'
import { compare, type Known, type Move } from '#workers/findings/compare.ts'

const atOnce = { tellAfter: 1, scannerVersion: 1, isFirstOfVersion: false }
const twice = { tellAfter: 2, scannerVersion: 1, isFirstOfVersion: false }
const said = (verdict: Verdict, address: string | null = '192.0.2.1', subject = '5432/tcp'): Judgement => ({
  rule: 'ports/database-exposed',
  subject,
  address,
  verdict,
  ...(verdict === 'unknown' ? { reason: 'no-answer' } : {}),
})
const known = (facts: Partial<Known> = {}): Known => ({
  id: 'one',
  rule: 'ports/database-exposed',
  subject: '5432/tcp',
  state: 'open',
  addresses: ['192.0.2.1'],
  streak: 1,
  told: 'open',
  scannerVersion: 1,
  ...facts,
})
const only = (moves: readonly Move[]) => {
  expect(moves).toHaveLength(1)
  return moves[0]!
}

describe('a finding', () => {
  test('opens where something is present, and what is absent or unknown opens none', () => {
    const opened = only(compare([], [said('present')], atOnce))
    expect(opened).toMatchObject({ change: 'opened', state: 'open', isTold: true, addresses: ['192.0.2.1'] })
    expect(compare([], [said('absent'), said('unknown', '192.0.2.2')], atOnce)).toEqual([])
  })
  test('that is seen again is confirmed, and no news', () => {
    const again = only(compare([known()], [said('present')], atOnce))
    expect(again).toMatchObject({ change: null, isConfirmed: true, isTold: false, streak: 2 })
  })
  test('is fixed by a positive answer at every address where it was last seen, and by nothing less', () => {
    const at = known({ addresses: ['192.0.2.1', '192.0.2.2'] })
    const after = (...answers: Judgement[]) => compare([at], answers, atOnce)
    const open = { change: null, state: 'open', addresses: ['192.0.2.2'] }
    expect(only(after(said('absent'), said('absent', '192.0.2.2')))).toMatchObject({ change: 'fixed', isTold: true })
    expect(only(after(said('absent'), said('unknown', '192.0.2.2')))).toMatchObject(open)
    expect(only(after(said('absent')))).toMatchObject(open)
    expect(after(said('unknown'), said('unknown', '192.0.2.2'))).toEqual([])
    expect(after(said('absent', '192.0.2.9'))).toEqual([])
    expect(after(said('absent', '192.0.2.1', '3306/tcp'), said('absent', '192.0.2.2', '3306/tcp'))).toEqual([])
    expect(after()).toEqual([])
  })
  test('that was fixed and is there again is the same finding, regressed', () => {
    const back = only(compare([known({ state: 'fixed', told: 'fixed' })], [said('present', '192.0.2.7')], atOnce))
    expect(back).toMatchObject({ known: { id: 'one' }, change: 'regressed', isTold: true, addresses: ['192.0.2.7'] })
  })
  test('about no address is moved by what is said about none', () => {
    expect(only(compare([known({ addresses: [''] })], [said('absent', null)], atOnce))).toMatchObject({
      change: 'fixed',
    })
  })
})

/** The finding as it stands after what was said. */
const stand = (before: Known | null, move: Move | undefined): Known | null =>
  move === undefined
    ? before
    : known({ state: move.state, addresses: move.addresses, streak: move.streak, told: move.told })

describe('of a kind that can flap', () => {
  /** What people are told while it is said so, scan after scan. */
  const story = (verdicts: readonly Verdict[]) => {
    let stands: Known | null = null
    return verdicts.map((verdict) => {
      const [move] = compare(stands === null ? [] : [stands], [said(verdict)], twice)
      stands = stand(stands, move)
      return move === undefined ? '–' : move.isTold ? move.state : '·'
    })
  }
  test('news is told once two scans in a row said it', () => {
    expect(story(['present', 'present', 'present'])).toEqual(['·', 'open', '·'])
    expect(story(['present', 'present', 'absent', 'absent', 'absent'])).toEqual(['·', 'open', '·', 'fixed', '·'])
  })
  test('one that comes and goes is never told', () => {
    expect(story(['present', 'absent', 'present', 'absent', 'present'])).toEqual(Array(5).fill('·'))
    const told = story(['present', 'present', 'absent', 'present', 'absent', 'present'])
    expect(told).toEqual(['·', 'open', '·', '·', '·', '·'])
  })
  test('what could not be told counts for nothing', () => {
    const told = story(['present', 'unknown', 'present', 'unknown', 'absent', 'unknown', 'absent'])
    expect(told).toEqual(['·', '–', 'open', '–', '·', '–', 'fixed'])
  })
  test('one that was never told open is never told fixed, and told when it is back for good', () => {
    expect(story(['present', 'absent', 'absent', 'present', 'present'])).toEqual(['·', '·', '·', '·', 'regressed'])
  })
})

test('a new version sets states and tells nobody, of each finding when it first tells of it; after that it tells as ever', () => {
  const newVersion = { tellAfter: 1, scannerVersion: 2, isFirstOfVersion: true }
  const opened = only(compare([], [said('present')], newVersion))
  expect(opened).toMatchObject({ change: 'opened', isTold: false, told: 'open', isRecalibrated: true })
  const later = { ...newVersion, isFirstOfVersion: false }
  const gone = only(compare([known()], [said('absent')], later))
  expect(gone).toMatchObject({ change: 'fixed', isTold: false, told: 'fixed', isRecalibrated: true })
  const stands = { ...stand(null, gone)!, scannerVersion: 2 }
  expect(only(compare([stands], [said('present')], later))).toMatchObject({ change: 'regressed', isTold: true })
  expect(compare([known()], [said('unknown')], newVersion)).toEqual([])
})

test('whatever is said in whatever order, a finding is fixed exactly while every address at which it was seen answered well since', () => {
  const answer = fc.record({
    address: fc.constantFrom('a', 'b', 'c'),
    verdict: fc.constantFrom<Verdict>('present', 'absent', 'unknown'),
  })
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(answer, { selector: ({ address }) => address }), { maxLength: 30 }),
      fc.constantFrom(atOnce, twice),
      (scans, options) => {
        let stands: Known | null = null
        const isThere = new Map<string, boolean>()
        for (const answers of scans) {
          for (const { address, verdict } of answers) {
            if (verdict === 'present') isThere.set(address, true)
            if (verdict === 'absent' && isThere.has(address)) isThere.set(address, false)
          }
          const judgements = answers.map(({ address, verdict }) => said(verdict, address))
          stands = stand(stands, compare(stands === null ? [] : [stands], judgements, options)[0])
          const isAnywhere = [...isThere.values()].some(Boolean)
          expect(stands === null ? false : stands.state !== 'fixed').toBe(isAnywhere)
        }
      },
    ),
    { numRuns: 500 },
  )
})
