import { expect, test } from 'vitest'
import type { FetchOutcome } from '#workers/network/door.ts'
import { baseFor, findServices } from '#workers/scanners/whois/rdap/find-service.ts'
import { scriptedNetwork } from '../../../../support/scripted-network.ts'

const timeoutMillis = 1000

/** A door that has one bootstrap file, and counts how often it is fetched. Each needs a URL of its own: what was fetched is kept. */
function bootstrapAt(url: string, body: unknown, statusCode = 200) {
  const fetched: string[] = []
  const network = scriptedNetwork({
    operator: { resolvers: [], whoisServer: null, rdapBootstrap: url },
    fetch: async (url): Promise<FetchOutcome> => {
      fetched.push(url)
      return {
        status: 'answered',
        url,
        statusCode,
        headers: {},
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      }
    },
  })
  return { network, fetched }
}

const shipped = 'shipped 2024-02-07'

test('the file is fetched once, and the longest entry that fits is taken', async () => {
  const services = [
    [
      ['example', 'EXAMPLE2'],
      ['http://rdap.lab.example/', 'https://rdap.lab.example/'],
    ],
    [['co.example'], ['https://second.lab.example/rdap']],
  ]
  const { network, fetched } = bootstrapAt('https://boot.lab.example/fits', { services })
  const found = await findServices(network, timeoutMillis)
  expect(await findServices(network, timeoutMillis)).toBe(found)
  expect(fetched).toEqual(['https://boot.lab.example/fits'])
  expect(found.source).toBe('fetched')
  expect(
    ['shop.example', 'shop.co.example', 'shop.example2', 'shop.test', 'example'].map((domain) =>
      baseFor(domain, found),
    ),
  ).toEqual([
    'https://rdap.lab.example/',
    'https://second.lab.example/rdap/',
    'https://rdap.lab.example/',
    null,
    'https://rdap.lab.example/',
  ])
})

test.each([
  ['no JSON', '{"services"'],
  ['no services', { version: '1.0' }],
  ['text', '"services"'],
  [
    'services of another shape',
    { services: [1, null, [['example'], 'https://rdap.lab.example/'], [['example'], ['ftp://rdap.lab.example/']], {}] },
  ],
  ['empty', { services: [] }],
])('with a file that is %s, the shipped table serves, and the file is left alone for a while', async (name, body) => {
  const { network, fetched } = bootstrapAt(`https://boot.lab.example/${encodeURIComponent(name)}`, body)
  const found = await findServices(network, timeoutMillis)
  await findServices(network, timeoutMillis)
  expect([found.source, fetched.length]).toEqual([shipped, 1])
})

test('the shipped table knows the services of its day', async () => {
  const { network } = bootstrapAt('https://boot.lab.example/gone', 'gone', 404)
  const found = await findServices(network, timeoutMillis)
  expect(found.source).toBe(shipped)
  expect(found.bases.size).toBeGreaterThan(1000)
  expect(baseFor('example.com', found)).toBe('https://rdap.verisign.com/com/v1/')
  expect(baseFor('example.de', found)).toBeNull()
  for (const base of found.bases.values()) expect(base).toMatch(/^https?:\/\/.+\/$/)
})

test('a run that was ended says nothing of the file', async () => {
  let answer: FetchOutcome = { status: 'failed', reason: 'ECANCELED' }
  const network = scriptedNetwork({
    operator: { resolvers: [], whoisServer: null, rdapBootstrap: 'https://boot.lab.example/cancelled' },
    fetch: async () => answer,
  })
  expect((await findServices(network, timeoutMillis)).source).toBe(shipped)
  const body = Buffer.from('{"services":[[["example"],["https://rdap.lab.example/"]]]}')
  answer = { status: 'answered', url: '', statusCode: 200, headers: {}, body }
  expect((await findServices(network, timeoutMillis)).source).toBe('fetched')
})
