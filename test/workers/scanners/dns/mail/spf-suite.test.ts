import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { examineSpf, type SpfPolicy } from '#workers/scanners/dns/mail/examine-spf.ts'
import { type SuiteZone, suiteAsker } from './suite-asker.ts'

/** The openspf suite for RFC 7208, beside the project where it is present. */
const suiteFile = '../shared/corpus/spf/rfc7208-tests.json'

interface Scenario {
  readonly description: string
  readonly tests: Readonly<
    Record<string, { helo: string; host: string; mailfrom: string; result: string | readonly string[] }>
  >
  readonly zonedata: SuiteZone
}

/** The domain whose record a receiver would read (RFC 7208 §2.4). */
const domainOf = ({ helo, mailfrom }: { helo: string; mailfrom: string }) =>
  (mailfrom === '' ? helo : mailfrom.slice(mailfrom.lastIndexOf('@') + 1)).toLowerCase()

/** What a sender may meet, as far as it can be told without one. */
function summary({ status, errors, unresolved }: SpfPolicy): 'none' | 'unknown' | 'permerror' | 'fair' {
  if (status !== 'found') return status
  if (errors.length > 0) return 'permerror'
  return unresolved.length > 0 ? 'unknown' : 'fair'
}

/** The results that a receiver may come to then. */
const fitting: Record<string, readonly string[]> = {
  none: ['none'],
  unknown: ['temperror'],
  permerror: ['permerror'],
  fair: ['pass', 'fail', 'softfail', 'neutral'],
}

/** Where no sender makes a difference: no target has such a name, and whom nothing matches is over the limit. */
const withoutSender: Record<string, string> = {
  emptylabel: 'unknown',
  toolonglabel: 'unknown',
  'include-at-limit': 'permerror',
}

const isThere = existsSync(suiteFile)
if (!isThere) console.log(`skipped: ${suiteFile} is not there`)

describe.runIf(isThere)('a record is sound, broken, missing or untold, as the openspf suite says', () => {
  const scenarios: readonly Scenario[] = isThere ? JSON.parse(readFileSync(suiteFile, 'utf8')) : []
  for (const { description, tests, zonedata } of scenarios) {
    for (const [id, one] of Object.entries(tests)) {
      test(`${description}: ${id}`, async () => {
        const told = summary(await examineSpf(domainOf(one), suiteAsker(zonedata)))
        if (withoutSender[id]) expect(told).toBe(withoutSender[id])
        else expect([one.result].flat().filter((result) => fitting[told]?.includes(result))).not.toEqual([])
      })
    }
  }
})
