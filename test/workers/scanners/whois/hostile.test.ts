import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import type { FetchOutcome } from '#workers/network/door.ts'
import { whois } from '#workers/scanners/whois/index.ts'
import { readAnswer } from '#workers/scanners/whois/text/read-answer.ts'
import { scriptedConnection, scriptedNetwork } from '../../../support/scripted-network.ts'

const corpus = join('..', 'shared', 'corpus', 'hostile')
const isThere = existsSync(join(corpus, 'whois-rdap.jsonl'))
if (!isThere) console.log('skipped: no hostile corpus')

interface Case {
  readonly id: string
  readonly proto: 'whois' | 'rdap'
  readonly payload: string
  readonly expect: string
}

const lines = (name: string) =>
  readFileSync(join(corpus, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

/** A whole scan of a domain whose registry answers like this, and the hosts that were looked up on the way. */
async function scanAgainst({ proto, payload }: Case) {
  const base = 'https://rdap.lab.example/'
  const answered = (body: unknown): FetchOutcome => ({
    status: 'answered',
    url: base,
    statusCode: 200,
    headers: { 'content-type': 'application/rdap+json' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  })
  const resolved: string[] = []
  const rdapBootstrap = `https://boot.lab.example/${proto}`
  const network = scriptedNetwork({
    operator: { resolvers: [], whoisServer: { host: 'whois.lab.example', port: 43 }, rdapBootstrap },
    fetch: async (url) =>
      answered(url === rdapBootstrap ? { services: [[[proto === 'rdap' ? 'test' : 'else'], [base]]] } : payload),
    resolve: async (host) => {
      resolved.push(host)
      return { addresses: ['192.0.2.43'], answers: { A: 'NOERROR', AAAA: 'NODATA' } }
    },
    connect: async () => ({
      status: 'connected',
      connection: scriptedConnection(proto === 'whois' ? [Buffer.from(payload, 'utf8')] : []),
      roundTripMillis: 1,
    }),
  })
  const signal = new AbortController().signal
  const report = await whois.scan(
    parseTarget('shop.test'),
    { timeoutMillis: 1000 },
    { network, signal, now: new Date(), millis: 60_000, progress: () => {} },
  )
  return { result: whois.result.parse(report.result), resolved }
}

describe.skipIf(!isThere)('hostile answers', { timeout: 60_000 }, () => {
  const cases = isThere ? (lines('whois-rdap.jsonl') as Case[]) : []

  test.each(cases.map((line) => [line.id, line.expect, line] as const))('%s: %s', async (_, __, line) => {
    const { result, resolved } = await scanAgainst(line)
    // None of them is about the name that was asked, so none may tell anything of it.
    expect(['throttled', 'error', 'could-not-tell']).toContain(result.outcome)
    expect(result).toMatchObject({ source: null, registrar: null, createdAt: null, expiresAt: null, nameServers: null })
    if (/not followed|refused/.test(line.expect)) {
      // An address may be looked at: whether it is dialled is for the door's guard to say.
      const named = resolved.filter((host) => host !== 'whois.lab.example' && !/^[\d.]+$/.test(host))
      expect(named).toEqual([])
    }
  })

  test('no text takes the reader out of linear time', () => {
    for (const { unit, count, suffix } of lines('redos.jsonl') as { unit: string; count: number; suffix: string }[]) {
      const text = unit.repeat(count) + suffix
      const line = text.slice(0, 500)
      for (const shape of [
        text,
        `${line}\n`.repeat(400),
        `Expiry Date: ${line}\n`.repeat(400),
        `Name Server: ${line}\n`.repeat(400),
      ]) {
        expect(readAnswer(shape, 'shop.test').outcome).toEqual(expect.any(String))
      }
    }
  })
})
