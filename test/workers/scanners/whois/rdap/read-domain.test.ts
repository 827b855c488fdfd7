import { expect, test } from 'vitest'
import { readDomain } from '#workers/scanners/whois/rdap/read-domain.ts'
import { readJson } from '#workers/scanners/whois/rdap/read-json.ts'
import { clean, createdAt, rdapObject } from '../../../../lab/registration-records.ts'

const notPublished = { why: { reason: 'not-published' } }

test('a domain object tells its facts', () => {
  expect(readDomain(rdapObject('shop.test', clean))).toMatchObject({
    domain: 'shop.test',
    hasRelated: false,
    registrar: { value: 'Lab Registrar Ltd.' },
    registrarIanaId: { value: '9999' },
    createdAt: { value: createdAt },
    statuses: { value: ['client transfer prohibited', 'client update prohibited'] },
    nameServers: { value: ['ns1.lab.test', 'ns2.lab.test'] },
    dnssec: { value: true },
  })
})

test('an object that tells nothing has published nothing', () => {
  const { domain, hasRelated, ...facts } = readDomain({ ldhName: 'shop.test' })
  expect([domain, hasRelated]).toEqual(['shop.test', false])
  expect(new Set(Object.values(facts).map((fact) => JSON.stringify(fact)))).toEqual(
    new Set([JSON.stringify(notPublished)]),
  )
})

test('a name in Unicode is the same name', () => {
  expect(readDomain({ unicodeName: 'bücher.test' }).domain).toBe('xn--bcher-kva.test')
  expect(readDomain({ ldhName: 'a\u202eb.test' }).domain).not.toBe('ab.test')
})

test('a domain that has no name servers is told from one whose name servers are not told', () => {
  expect(readDomain({ nameservers: [] }).nameServers).toEqual({ value: [] })
  expect(readDomain({}).nameServers).toEqual(notPublished)
})

test('members of the wrong shape are passed over, and the rest is still read', () => {
  const odd = {
    ...rdapObject('shop.test', clean),
    events: [
      null,
      1,
      { eventAction: 'registration' },
      { eventAction: 7, eventDate: createdAt },
      { eventAction: 'expiration', eventDate: 'soon' },
    ],
    entities: [
      'registrar',
      { roles: 'registrar' },
      {
        roles: ['registrar'],
        vcardArray: [
          'vcard',
          [
            ['fn', {}, 'text', 7],
            ['org', {}, 'text', '<b>Lab</b>'],
          ],
        ],
      },
    ],
    status: { 0: 'active' },
    nameservers: [{ ldhName: 7 }, 'ns1', { ldhName: 'NS1.LAB.TEST.' }],
    secureDNS: 'yes',
    links: 'related',
  }
  expect(readDomain(odd)).toMatchObject({
    domain: 'shop.test',
    registrar: { value: '<b>Lab</b>' },
    createdAt: notPublished,
    expiresAt: { why: { reason: 'not-a-date', said: 'soon' } },
    statuses: notPublished,
    nameServers: { value: ['ns1.lab.test'] },
    dnssec: notPublished,
  })
})

test('what the registry took out is redacted (RFC 9537), and only that', () => {
  const redacted = [
    { name: { description: 'Registrant Name' }, prePath: '$.entities[0]' },
    { name: { type: 'Registry Expiration Date' }, method: 'removal' },
    { name: { description: 'dates' }, prePath: "$.events[?(@.eventAction=='last changed')]" },
  ]
  expect(readDomain({ redacted })).toMatchObject({
    expiresAt: { why: { reason: 'redacted' } },
    updatedAt: { why: { reason: 'redacted' } },
    createdAt: notPublished,
    registrar: notPublished,
  })
})

test.each([
  ['text', '"str"'],
  ['a list', '[]'],
  ['cut off', '{"a":'],
  ['nothing', ''],
  ['nested too deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ['nested without end', '['.repeat(200_000)],
])('%s is no object', (_, text) => expect(readJson(Buffer.from(text))).toBeNull())

test('brackets inside a text nest nothing', () => {
  expect(readJson(Buffer.from(`{"a":"\\"${'['.repeat(100)}"}`))).toEqual({ a: `"${'['.repeat(100)}` })
})
