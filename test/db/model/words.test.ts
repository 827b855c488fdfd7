import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problems } from '#apps/api/problems.ts'
import { otherNews } from '#db/model/alert.ts'
import { changeKinds, decisions, findingStates, severities } from '#db/model/finding.ts'
import { outageCauses } from '#db/model/outage.ts'
import { organisationRoles } from '#db/model/role.ts'
import { runStatuses, scanStatuses } from '#db/model/scan.ts'
import { spellingRules } from '#db/model/target.ts'
import { problems as germanProblems } from '#db/model/words/de/problems.ts'
import { germanChangeKinds, sayReason, words } from '#db/model/words/index.ts'
import { languages, readLanguage } from '#db/model/words/language.ts'
import { riskReasons } from '#workers/documents/risk.ts'
import { specialBlocks } from '#workers/network/special-purpose.ts'
import { scanners } from '#workers/scanners/index.ts'

const { de, en } = words
const keys = (table: object) => Object.keys(table).sort()
const sorted = (codes: readonly string[]) => [...new Set(codes)].sort()
const sourcesOf = (pattern: string) => globSync(pattern).map((file) => readFileSync(file, 'utf8'))

test('every rule has German words, and no German is of a rule that is gone', () => {
  const ids = Object.values(scanners).flatMap(({ rules }) => rules.map(({ id }) => id as string))
  expect(keys(de.rules)).toEqual(sorted(ids))
  expect(keys(de.scanners)).toEqual(keys(scanners))
  for (const [id, { title, remedy }] of Object.entries(de.rules))
    expect(`${id}: ${title} ${remedy}`).toMatch(/: \S.{8,} \S.+\.$/)
})

test('every language names every code of the product', () => {
  for (const language of languages) {
    const { terms, told } = words[language]
    expect(keys(terms.severity)).toEqual(sorted(severities))
    expect(keys(terms.findingState)).toEqual(sorted(findingStates))
    expect(keys(terms.decision)).toEqual(sorted(decisions))
    expect(keys(terms.changeKind)).toEqual(sorted(changeKinds))
    expect(keys(terms.scanStatus)).toEqual(sorted(scanStatuses))
    expect(keys(terms.runStatus)).toEqual(sorted(runStatuses))
    expect(keys(terms.role)).toEqual(sorted(organisationRoles))
    expect(keys(told.news)).toEqual(sorted([...changeKinds, ...otherNews]))
    expect(keys(told.outages)).toEqual(sorted(outageCauses))
    expect(keys(told.risk)).toEqual(sorted(riskReasons))
  }
  expect(keys(germanProblems)).toEqual(keys(problems))
  expect(keys(de.problems)).toEqual(keys(problems))
})

test('every reason that a source names has words in both languages', () => {
  const named = sourcesOf('workers/{scanners,findings,documents,jobs,queue}/**/*.ts').flatMap((text) =>
    [...text.matchAll(/(?:\breason(?::| =|\() ?|new Unknown\(|cannotTell\(|\bnot\()'([a-z][a-z-]+)'/g)].map(
      ([, code]) => code!,
    ),
  )
  expect(named.length).toBeGreaterThan(30)
  for (const language of languages)
    expect(sorted(named).filter((code) => words[language].reasons[code] === undefined)).toEqual([])
  expect(keys(de.reasons)).toEqual(keys(en.reasons))
})

test('every rule by which a target is refused has German words', () => {
  const byName = ['special-use-name', 'single-label-name', 'opted-out', 'malformed-address', 'not-global-unicast']
  const codes = [...Object.keys(spellingRules), ...specialBlocks.map(({ rule }) => rule), ...byName]
  expect(keys(de.refusals)).toEqual(sorted(codes))
})

test('every kind of change between two scans has a German sentence', () => {
  const kinds = sourcesOf('workers/scanners/*/changes.ts').flatMap((text) =>
    [...text.matchAll(/'((?:port|record|certificate|registr|delegation|statuses)[a-z]*-[a-z-]+)'/g)].map(
      ([, kind]) => kind!,
    ),
  )
  expect(sorted(germanChangeKinds)).toEqual(sorted([...kinds, 'protocol-accepted', 'protocol-rejected']))
})

test('nothing here needs more than a browser has', () => {
  for (const text of sourcesOf('db/model/words/**/*.ts')) {
    for (const [, name] of text.matchAll(/\bfrom '([^']+)'/g)) expect(name).toMatch(/^\.\.?\/[\w./-]+\.ts$/)
    expect(text).not.toMatch(/from '\.\.\/(\.\.\/)?(?!rule-text|code-words|en\/|de\/|language)[\w-]+\.ts'/)
  }
})

test('a reason is said as far as it is known, and a language that is not spoken is English', () => {
  expect(sayReason('http-timed-out', 'de')).toBe('es kam rechtzeitig keine Antwort')
  expect(sayReason('private-use', 'de')).toBe('Die Adresse liegt in einem privaten Netz')
  expect(sayReason('never-heard-of', 'de')).toBe('never-heard-of')
  expect([readLanguage('de'), readLanguage('fr'), readLanguage(null)]).toEqual(['de', 'en', 'en'])
})

test('what changed is said in German from its data', () => {
  const facts = { subject: 'shop.example', before: 'a', after: 'b', sentence: '' }
  const data = { until: '2027-02-03T00:00:00.000Z', was: '2026-11-05T00:00:00.000Z' }
  expect(de.sayChange({ ...facts, kind: 'certificate-renewed', data })).toBe(
    'Das Zertifikat von shop.example wurde erneuert: gültig bis 03.02.2027 statt bis 05.11.2026.',
  )
  const port = { kind: 'port-opened', subject: '22/tcp at 192.0.2.1', before: 'closed', after: 'open', sentence: '' }
  expect(de.sayChange(port)).toBe('22/tcp an 192.0.2.1 war geschlossen und ist jetzt offen.')
  expect(de.sayChange({ ...facts, kind: 'of-tomorrow', sentence: 'It did.' })).toBe('It did.')
})
