import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Told } from '#workers/scanners/whois/facts.ts'
import { readDomain } from '#workers/scanners/whois/rdap/read-domain.ts'
import { readJson } from '#workers/scanners/whois/rdap/read-json.ts'
import { readAnswer } from '#workers/scanners/whois/text/read-answer.ts'

/** Answers of 190 registries with what they mean. They carry people's data of their day, so they stay outside of this repository. */
const corpus = join('..', 'shared', 'corpus', 'whois')
const isThere = existsSync(join(corpus, 'score.mjs'))
if (!isThere) console.log('skipped: no WHOIS corpus')

const valueOf = <Value>(fact: Told<Value>) => ('value' in fact ? fact.value : null)
const read = (...path: string[]) => readFileSync(join(corpus, ...path))
const json = (...path: string[]): unknown => JSON.parse(read(...path).toString())

function predict(id: string) {
  const { query } = json('dev', `${id}.json`) as { query: string }
  const bytes = read('dev', `${id}.txt`)
  const isUtf8 = !bytes.toString().includes('\uFFFD')
  const answer = readAnswer(bytes.toString(isUtf8 ? 'utf8' : 'latin1'), query.toLowerCase())
  const available = { 'not-found': true, registered: false }[answer.outcome as string] ?? null
  return {
    id,
    outcome: available ? 'available' : answer.outcome,
    available,
    domain: answer.domain,
    registrar: valueOf(answer.registrar),
    createdAt: valueOf(answer.createdAt),
    updatedAt: valueOf(answer.updatedAt),
    expiresAt: valueOf(answer.expiresAt),
    nameservers: valueOf(answer.nameServers) ?? [],
    statuses: valueOf(answer.statuses) ?? [],
    dnssec: valueOf(answer.dnssec),
  }
}

describe.skipIf(!isThere)('the corpus of real answers', { timeout: 60_000 }, () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'portlight-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test('of the fields whose truth was written by hand, 99 in 100 are read right', () => {
    const index = json('index.json') as { id: string; split: string }[]
    const lines = index.filter(({ split }) => split === 'dev').map(({ id }) => JSON.stringify(predict(id)))
    const predictions = join(directory, 'predictions.jsonl')
    writeFileSync(predictions, lines.join('\n'))
    const options = [predictions, '--split', 'dev', '--tier', 'A', '--json']
    const score = execFileSync(process.execPath, [join(corpus, 'score.mjs'), ...options]).toString()
    const { fieldsRight, outcomeRight } = JSON.parse(score) as Record<string, number>
    expect(fieldsRight).toBeGreaterThanOrEqual(99)
    expect(outcomeRight).toBeGreaterThanOrEqual(97)
  })

  test('no answer of a server that sent us away, failed or holds a name back is taken for a free name', () => {
    const index = json('index.json') as { id: string; split: string; outcome: string }[]
    const unfree = new Set(['registered', 'throttled', 'error', 'reserved', 'invalid'])
    const wrong = index.filter(
      ({ id, split, outcome }) => split === 'dev' && unfree.has(outcome) && predict(id).available,
    )
    expect(wrong.map(({ id }) => id)).toEqual([])
  })

  test('each RDAP answer is read as it was meant', () => {
    const names = readdirSync(join(corpus, 'rdap', 'domain')).filter((name) => name.endsWith('.rdap.json'))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      const { expected } = json('rdap', 'domain', name.replace('.rdap.', '.expected.')) as Record<
        string,
        Record<string, string>
      >
      const object = readJson(read('rdap', 'domain', name))
      if (object === null || expected === undefined) throw new Error(`${name} is not as it was`)
      const domain = readDomain(object)
      expect({
        name,
        domain: domain.domain,
        registrar: valueOf(domain.registrar) ?? '',
        ianaId: valueOf(domain.registrarIanaId),
        dates: [domain.createdAt, domain.updatedAt, domain.expiresAt].map(valueOf).map(secondsOf),
        dnssec: valueOf(domain.dnssec),
      }).toEqual({
        name,
        domain: expected['domain'],
        registrar: expected['registrar'] ?? '',
        ianaId: expected['registrarIanaId'],
        dates: [expected['createdAt'], expected['updatedAt'], expected['expiresAt']].map(secondsOf),
        dnssec: expected['dnssec'],
      })
    }
  })
})

const secondsOf = (date: string | null | undefined) => (date ? Math.floor(Date.parse(date) / 1000) : null)
