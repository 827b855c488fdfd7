import { expect, test } from 'vitest'
import type { Observation } from '#db/model/finding.ts'
import { rules } from '#workers/scanners/ports/rules.ts'
import { type AddressPorts, result } from '#workers/scanners/ports/schema.ts'
import { guessService } from '#workers/scanners/ports/services.ts'

const open = (port: number, banner: string | null = null): AddressPorts['services'][number] => ({
  port,
  ...guessService(port, Buffer.from(banner ?? '', 'latin1')),
  banner,
})

function judge(id: string, seen: Partial<AddressPorts>): Observation[] {
  const address = { address: '192.0.2.10', open: '', closed: '', filtered: '', services: [], ...seen }
  const rule = rules.find((rule) => rule.id === `ports/${id}`)!
  return rule.check(result.parse({ addresses: [address] }), new Date(0))
}

const verdicts = (observations: Observation[]) =>
  Object.fromEntries(observations.map(({ subject, verdict }) => [subject, verdict]))

test('an open database port is a finding, a closed one is none, a filtered one is not told', () => {
  const seen = judge('database-exposed', {
    open: '5432',
    closed: '3306',
    filtered: '6379',
    services: [open(5432)],
  })
  expect(seen).toEqual([
    { subject: '3306/tcp', address: '192.0.2.10', verdict: 'absent' },
    {
      subject: '5432/tcp',
      address: '192.0.2.10',
      verdict: 'present',
      evidence: { state: 'open', service: 'postgresql', guessedFrom: 'port' },
    },
    { subject: '6379/tcp', address: '192.0.2.10', verdict: 'unknown', reason: 'no-answer' },
  ])
})

test('what was not asked gets no answer', () => {
  for (const { id } of rules) expect(judge(id.slice('ports/'.length), { open: '80', closed: '81-99' })).toEqual([])
})

test('each address answers for itself', () => {
  const addresses = ['192.0.2.10', '2001:db8::1'].map((address, index) => ({
    address,
    open: index === 0 ? '3389' : '',
    closed: index === 0 ? '' : '3389',
    filtered: '',
    services: index === 0 ? [open(3389)] : [],
  }))
  const rule = rules.find(({ id }) => id === 'ports/remote-admin-exposed')!
  expect(rule.check({ addresses }, new Date(0)).map(({ address, verdict }) => [address, verdict])).toEqual([
    ['192.0.2.10', 'present'],
    ['2001:db8::1', 'absent'],
  ])
})

test('a database that greets on another port is found there', () => {
  const banner = '\x4a\uFFFD\uFFFD\uFFFD\n8.0.36'
  const heard = { port: 13_306, service: 'mysql', guessedFrom: 'banner', banner } as const
  expect(judge('database-exposed', { open: '13306', services: [heard] })).toEqual([
    {
      subject: '13306/tcp',
      address: '192.0.2.10',
      verdict: 'present',
      evidence: { state: 'open', service: 'mysql', guessedFrom: 'banner', banner },
    },
  ])
})

test('a port where something else greets is none of the kind, and the evidence says what greeted', () => {
  const [seen] = judge('cleartext-protocol', { open: '23', services: [open(23, 'SSH-2.0-x\r\n')] })
  expect(seen).toMatchObject({ verdict: 'absent', evidence: { service: 'ssh', guessedFrom: 'banner' } })
})

test('mail that takes no password in clear text is not held against its server', () => {
  const strict = '* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready.\r\n'
  const lax = '* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready.\r\n'
  expect(verdicts(judge('cleartext-protocol', { open: '143', services: [open(143, strict)] }))).toEqual({
    '143/tcp': 'absent',
  })
  expect(verdicts(judge('cleartext-protocol', { open: '143', services: [open(143, lax)] }))).toEqual({
    '143/tcp': 'present',
  })
})

test('SSH is neither a finding nor an answer to one', () => {
  for (const { id } of rules) {
    expect(judge(id.slice('ports/'.length), { open: '22', services: [open(22, 'SSH-2.0-x\r\n')] })).toEqual([])
  }
})

test('an open port that nobody listened to is judged by where it stands', () => {
  expect(verdicts(judge('database-exposed', { open: '1-65535' }))).toMatchObject({ '6379/tcp': 'present' })
})
