import { describe, expect, test } from 'vitest'
import type { Told } from '#workers/scanners/whois/facts.ts'
import { type Answer, readAnswer } from '#workers/scanners/whois/text/read-answer.ts'

const valueOf = <Value>(fact: Told<Value>) => ('value' in fact ? fact.value : fact.why.reason)

/** What an answer tells, each unknown fact as its reason. */
const told = (answer: Answer) => ({
  outcome: answer.outcome,
  domain: answer.domain,
  registrar: valueOf(answer.registrar),
  createdAt: valueOf(answer.createdAt),
  updatedAt: valueOf(answer.updatedAt),
  expiresAt: valueOf(answer.expiresAt),
  statuses: valueOf(answer.statuses),
  nameServers: valueOf(answer.nameServers),
  dnssec: valueOf(answer.dnssec),
})

const read = (text: string, domain = 'shop.example') => told(readAnswer(text, domain))

describe('the same registration in the dialects of registries', () => {
  const known = {
    outcome: 'registered',
    domain: 'shop.example',
    registrar: 'Lab Registrar',
    createdAt: '2010-03-04',
    expiresAt: '2030-05-16',
    nameServers: ['ns1.lab.example', 'ns2.lab.example'],
  }

  test.each([
    [
      'key: value, with contacts that have dates and statuses of their own',
      `% terms of use

domain:       shop.example
registrar:    Lab Registrar
status:       paid and in zone
nserver:      ns1.lab.example
nserver:      ns2.lab.example
created:      2010-03-04
expire:       16.05.2030

contact:      C1
name:         Somebody
status:       linked
created:      2001-01-01
registrar:    Another
`,
    ],
    [
      'headings with values below them',
      `Domain name:
   SHOP.EXAMPLE

Registrar:
   Lab Registrar
   1 Main Street

Registrant:
   Created: 2001-01-01

Relevant dates:
   Registered on: 04-Mar-2010
   Expiry date:  16-May-2030

Name servers:
   ns1.lab.example   192.0.2.1
   ns2.lab.example   192.0.2.2  2001:db8::2
`,
    ],
    [
      'dot leaders',
      `domain.............: shop.example
created............: 4.3.2010 09:48:01
expires............: 16.5.2030 09:37:54
registrar..........: Lab Registrar

Nameservers

nserver............: ns1.lab.example [OK]
nserver............: ns2.lab.example [OK]
`,
    ],
    [
      'brackets',
      `a. [Domain Name]                SHOP.EXAMPLE
[Registrar]                     Lab Registrar
[Registrant]

p. [Name Server]                ns1.lab.example
p. [Name Server]                ns2.lab.example
[Created on]                    2010/03/04
[Expires on]                    2030/05/16
`,
    ],
    [
      'tabs and no colons',
      `Domain name\tshop.example

Registrar\tLab Registrar
1 Main Street

Name servers
ns1.lab.example\t192.0.2.1
ns2.lab.example

First registration date\t4 March 2010
Valid until\t16 May 2030
`,
    ],
    [
      'prose',
      `Domain Name: SHOP.EXAMPLE
Registrar of Record: Lab Registrar
Record created on 04-Mar-2010.
Record expires on 16-May-2030.
Domain servers in listed order:

   NS1.LAB.EXAMPLE   192.0.2.1
   NS2.LAB.EXAMPLE

Last updated on 2029-10-12T08:06:33Z
`,
    ],
    [
      'a heading above keys that stand alone nowhere',
      `Domain:
name:       shop.example
registered: 2010-03-04 10:00:00 (CST)
expire:     2030-05-16

Registrant:
name:       Somebody
registered: 2001-01-01

Registrar:
name:       Lab Registrar
changed:    2020-07-01

Name servers:
nserver:    ns1.lab.example
nserver:    ns2.lab.example
changed:    2013-05-23
`,
    ],
    [
      'two languages',
      `Nome de domínio / Domain Name: shop.example
Registrar: Lab Registrar
Data de registo / Creation Date (dd/mm/yyyy): 04/03/2010
Data de expiração / Expiration Date (dd/mm/yyyy): 16/05/2030
Nameserver: shop.example\tNS\tns1.lab.example.
Nameserver: shop.example\tNS\tns2.lab.example.
`,
    ],
    [
      'hyphens and columns',
      `Domain-name   shop.example
Registrar     Lab Registrar
Created       2010-03-04
Valid-date    2030-05-16
dns_name      ns1.lab.example
dns_name      ns2.lab.example
`,
    ],
    [
      'values on lines of their own',
      `DOMAIN NAME:           shop.example
nameservers:           ns1.lab.example. [192.0.2.1]
                       ns2.lab.example. [192.0.2.2]
created:               2010.03.04 01:08:04
renewal date:          2030.05.16 01:08:04

REGISTRAR:
Lab Registrar
1 Main Street
`,
    ],
    [
      'YAML',
      `--- !Domain
name: shop.example
created: "2010-03-04"
expired: "2030-05-16"
name_servers:
- ns1.lab.example
- ns2.lab.example
registrar: !Registrar
  name: Lab Registrar
  phone: +1.5550100
registrant: !Contact
  created: "2001-01-01"
`,
    ],
  ])('%s', (_, text) => expect(read(text)).toMatchObject(known))
})

describe('what is not told stays unknown, and says why', () => {
  test('a field left out, left empty or filled with a dash was not published', () => {
    expect(read('Domain Name: shop.example\nRegistrar: -\nExpiry Date:\nName Server: ns1.lab.example\n')).toMatchObject(
      {
        outcome: 'registered',
        registrar: 'not-published',
        expiresAt: 'not-published',
        statuses: 'not-published',
        dnssec: 'not-published',
      },
    )
  })

  test('a field that is hidden is redacted', () => {
    const text = 'Domain Name: shop.example\nRegistrar: REDACTED FOR PRIVACY\nExpiry Date: Not disclosed\nStatus: ok\n'
    expect(read(text)).toMatchObject({ registrar: 'redacted', expiresAt: 'redacted', statuses: ['ok'] })
  })

  test('a reduced answer was throttled in what it leaves out', () => {
    const text = '% Query rate limit exceeded. Reduced information.\n\ndomain: shop.example\nowner: Somebody\n'
    expect(read(text)).toMatchObject({ outcome: 'registered', expiresAt: 'throttled' })
  })

  test('an ambiguous date is read where another date of the same answer shows the order', () => {
    const text = 'Domain Name: shop.example\nCreation Date: 24/11/1997\nExpiry Date: 01/02/2031\n'
    expect(read(text)).toMatchObject({ createdAt: '1997-11-24', expiresAt: '2031-02-01' })
    expect(read('Domain Name: shop.example\nExpiry Date: 01/02/2031\n').expiresAt).toBe('ambiguous-date')
    expect(read('% Date format: DD/MM/YYYY\n\nDomain Name: shop.example\nExpiry Date: 01/02/2031\n').expiresAt).toBe(
      '2031-02-01',
    )
  })
})

describe('statuses, name servers and signatures', () => {
  test('a status loses what is hung on it, and keeps its words', () => {
    const text = `Domain Name: shop.example
Domain Status: clientHold https://icann.org/epp#clientHold
Domain Status: serverHold (Secured by the registry)
Domain Status: ok - Normal state.
Domain Status: REGISTERED, DELEGATED
`
    expect(read(text).statuses).toEqual(['clientHold', 'serverHold', 'ok', 'REGISTERED', 'DELEGATED'])
  })

  test('addresses, notes and placeholders are no name servers', () => {
    const text = `Domain Name: shop.example
Name Server: NS1.LAB.EXAMPLE. 192.0.2.1
Name Server: not.defined.
Name Server: 192.0.2.2
Name Server: see the web page
`
    expect(read(text).nameServers).toEqual(['ns1.lab.example'])
  })

  test.each([
    ['DNSSEC: signedDelegation', true],
    ['DNSSEC: unsigned', false],
    ['dnssec: Signed delegation', true],
    ['Signed: no', false],
    ['DNSSEC: Inactive', false],
    ['ds-rdata: 57724 8 2 5D04', true],
    ['DNSSEC: maybe', 'not-published'],
  ])('%s', (line, expected) =>
    expect(read(`domain: shop.example\nnserver: ns1.lab.example\n${line}\n`).dnssec).toBe(expected),
  )
})

describe('a name that is not there', () => {
  test.each([
    'No match for "SHOP.EXAMPLE".',
    'NOT FOUND',
    'Domain not found.',
    '%ERROR:101: no entries found',
    '% No entries found for the selected source(s).',
    'The queried object does not exist: DOMAIN NOT FOUND',
    'Domain shop.example is available for registration',
    'shop.example is free',
    'This domain name has not been registered.',
    'Object does not exist',
    'No Data Found',
    'Domain: shop.example\nStatus: free',
    'Domain Name: shop.example\nDomain Status: No Object Found',
    'El dominio no se encuentra registrado en NIC',
    'Nincs találat / No match',
  ])('%s', (text) =>
    expect(read(`% terms of use\n\n${text}\n\nThe data may be used for lawful purposes only.\n`).outcome).toBe(
      'not-found',
    ),
  )
})

describe('a name that is not free either', () => {
  test.each([
    ['reserved', 'This name is reserved by the registry'],
    ['reserved', 'Domain: shop.example\nStatus: RESERVED'],
    ['reserved', 'Not available for registration.'],
    ['invalid', 'Invalid input'],
    ['invalid', 'This domain cannot be registered because it contravenes the naming rules.'],
    ['throttled', 'WHOIS LIMIT EXCEEDED - SEE THE TERMS FOR DETAILS'],
    ['throttled', '% limit exceeded'],
    ['throttled', 'Your connection limit exceeded. Please slow down and try again later.'],
    ['throttled', '% Maximum queries per hour reached (100)'],
    ['throttled', 'whois.lab.example: only 1 request per second allowed, try again later'],
    ['throttled', '% Error: 55000000002 Connection refused; access control limit exceeded.'],
    ['throttled', 'Please go away for 13 Seconds'],
    ['error', 'Service temporarily unavailable.'],
    ['error', 'whois.lab.example: Server too busy, try again later'],
    ['error', 'WHOIS lookup for SHOP.EXAMPLE can temporarily not be answered. Please try again.'],
    ['could-not-tell', ''],
    ['could-not-tell', '% terms of use and nothing else'],
    ['could-not-tell', 'Domain not found, marked private, or error in your query.'],
    ['could-not-tell', 'If the domain is not found here, ask its registrar.'],
  ])('%s: %s', (outcome, text) => expect(read(text).outcome).toBe(outcome))

  test('terms of use that speak of limits and of what is available are no answer', () => {
    const terms = `You may not use this service to enable high volume queries, or after a
limit exceeded by your client, nor for finding out whether a domain name is
available for registration. Excessive use leads to access being
blocked. No part of the data is found in
no match with other records.
`
    expect(read(terms).outcome).toBe('could-not-tell')
    expect(read(`Domain Name: shop.example\nRegistrar: Lab Registrar\n\n${terms}`).outcome).toBe('registered')
  })
})

test('an answer about another name says which', () => {
  expect(read('Domain Name: OTHER.EXAMPLE\nRegistrar: Lab Registrar\n').domain).toBe('other.example')
  expect(read('No match for "OTHER.EXAMPLE".').domain).toBe('other.example')
  expect(read('Domain Name: ایرنیک.ایران\nRegistrar: x\n').domain).toBe('xn--mgbu7dsvrfc.xn--mgba3a4f16a')
})

test('what a stranger sent is bounded and well-formed', () => {
  const answer = readAnswer(
    `Domain Name: shop.example\nRegistrar: a\0b\ud800${'x'.repeat(500)}\n${'Domain Status: a\n'.repeat(3000)}`,
    'shop.example',
  )
  const registrar = valueOf(answer.registrar)
  expect(registrar).toHaveLength(200)
  expect(registrar.isWellFormed() && !registrar.includes('\0')).toBe(true)
  const many = Array.from({ length: 500 }, (_, index) => `Name Server: ns${index}.lab.example`).join('\n')
  expect(valueOf(readAnswer(`Domain Name: shop.example\n${many}`, 'shop.example').nameServers)).toHaveLength(64)
})
