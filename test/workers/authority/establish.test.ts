import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { parseTarget } from '#db/model/target.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { attest, beginProof, proofsOf, readProof } from '#db/queries/proofs.ts'
import { addTarget } from '#db/queries/targets.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { establishAuthority } from '#workers/authority/establish.ts'
import { emptyWorld, type World, worldDoor } from './scripted-world.ts'

const { db, actor } = await useDatabase()
const { organisationId } = actor
let world: World
beforeEach(async () => {
  world = emptyWorld()
  await sql`delete from targets`.execute(db)
  await sql`delete from address_proofs`.execute(db)
})

const add = async (host: string) => (await addTarget(db, organisationId, parseTarget(host))).id

async function begin(host: string, kind: 'dns-txt' | 'http-file' | 'ptr', coversSubdomains = false) {
  const { id } = await beginProof(db, { organisationId, targetId: await add(host), kind, coversSubdomains })
  return (await readProof(db, id))!
}

async function establish(
  host: string,
  addresses: readonly string[],
  isOpened: (address: string) => boolean = () => false,
) {
  const target = parseTarget(host)
  const question = {
    organisationId,
    targetId: await add(host),
    target,
    addresses,
    isOpened,
    now: await calendarNow(db),
  }
  return establishAuthority(db, worldDoor(world), question)
}

const publishTxt = (name: string, text: string) => (world.dns[`_portlight-challenge.${name} TXT`] = [text])
const serveAt = (address: string, token: string) =>
  (world.web[`http://${address}/.well-known/portlight/${token}`] = `${token}\n`)

test('a proof of the name and of the address, both, make an address proved', async () => {
  const { token } = await begin('www.example.org', 'dns-txt')
  const file = await begin('www.example.org', 'http-file')
  publishTxt('www.example.org', `token=${token}`)
  expect(await establish('www.example.org', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
  serveAt('192.0.2.1', file.token)
  expect(await establish('www.example.org', ['192.0.2.1', '192.0.2.2'])).toMatchObject({
    basis: 'proved',
    proof: { kind: 'dns-txt', name: null },
    addresses: [
      { address: '192.0.2.1', basis: 'proved', proof: 'http-file' },
      { address: '192.0.2.2', basis: 'passive', proof: null },
    ],
  })
})

test('a TXT record on a name proves no address: what stands behind may be a stranger’s', async () => {
  const { token } = await begin('cdn.example.org', 'dns-txt')
  publishTxt('cdn.example.org', `token=${token}`)
  const { basis, missing } = await establish('cdn.example.org', ['192.0.2.1'])
  expect(basis).toBe('passive')
  expect(missing).toMatchObject([{ what: 'that 192.0.2.1 is yours' }])
})

test('an address proves no name either', async () => {
  const { token } = await begin('192.0.2.1', 'http-file')
  serveAt('192.0.2.1', token)
  expect(await establish('192.0.2.1', ['192.0.2.1'])).toMatchObject({ basis: 'proved' })
  expect(await establish('somebody.example.net', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
})

test('what is missing is said, with the way to give it', async () => {
  const { missing } = await establish('www.example.org', ['2001:db8::1'])
  expect(missing.map(({ what }) => what)).toEqual(['that www.example.org is yours', 'that 2001:db8::1 is yours'])
  expect(missing[0]!.how).toContain('_portlight-challenge.www.example.org')
  expect(missing[1]!.how).toContain('http://[2001:db8::1]/.well-known/portlight/')
})

test('a pointer proves an address only where it leads to a proved name that resolves back', async () => {
  const { token } = await begin('host.example.org', 'dns-txt')
  publishTxt('host.example.org', `token=${token}`)
  world.dns['1.2.0.192.in-addr.arpa PTR'] = ['host.example.org']
  expect(await establish('host.example.org', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
  world.dns['host.example.org A'] = ['192.0.2.1']
  expect(await establish('host.example.org', ['192.0.2.1'])).toMatchObject({
    basis: 'proved',
    addresses: [{ proof: 'ptr' }],
  })
  world.dns['2.2.0.192.in-addr.arpa PTR'] = ['stranger.example.net']
  world.dns['stranger.example.net A'] = ['192.0.2.2']
  expect(await establish('192.0.2.2', ['192.0.2.2'])).toMatchObject({ basis: 'passive' })
})

test('a record that covers subdomains proves the names of its zone, and none across a delegation', async () => {
  const { token } = await begin('example.org', 'dns-txt', true)
  publishTxt('example.org', `token=${token} covers=subdomains`)
  const file = await begin('a.b.example.org', 'http-file')
  serveAt('192.0.2.1', file.token)
  world.dns['a.b.example.org A'] = ['192.0.2.1']
  expect(await establish('a.b.example.org', ['192.0.2.1'])).toMatchObject({
    basis: 'proved',
    proof: { kind: 'dns-txt', name: 'example.org' },
  })
  world.dns['b.example.org NS'] = ['ns.customer.example.net']
  expect(await establish('a.b.example.org', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
  world.dns['b.example.org NS'] = 'SERVFAIL'
  expect(await establish('a.b.example.org', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
})

test('a record that does not say so covers nothing below it, and a public suffix covers nobody', async () => {
  const plain = await begin('example.org', 'dns-txt')
  publishTxt('example.org', `token=${plain.token}`)
  const suffix = await begin('github.io', 'dns-txt', true)
  publishTxt('github.io', `token=${suffix.token} covers=subdomains`)
  for (const host of ['www.example.org', 'somebody.github.io']) {
    const file = await begin(host, 'http-file')
    serveAt('192.0.2.1', file.token)
    expect(await establish(host, ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
    await sql`delete from address_proofs`.execute(db)
  }
})

test('a proof is made again after a day, and what can no longer be seen proves nothing', async () => {
  const { token, id } = await begin('192.0.2.1', 'http-file')
  serveAt('192.0.2.1', token)
  await establish('192.0.2.1', ['192.0.2.1'])
  delete world.web[`http://192.0.2.1/.well-known/portlight/${token}`]
  world.asked.length = 0
  expect(await establish('192.0.2.1', ['192.0.2.1'])).toMatchObject({ basis: 'proved' })
  expect(world.asked).toEqual([])
  await sql`update proofs set held_at = held_at - interval '25 hours'`.execute(db)
  await sql`update address_proofs set held_at = held_at - interval '25 hours'`.execute(db)
  expect(await establish('192.0.2.1', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
  expect(await readProof(db, id)).toMatchObject({ status: 'unknown', reason: 'refused' })
})

test('another organisation’s token and a longer text are no proof', async () => {
  const { token } = await begin('www.example.org', 'dns-txt')
  for (const text of [`token=${'0'.repeat(32)}`, `token=${token}0`, `xtoken=${token}`, token]) {
    publishTxt('www.example.org', text)
    await establish('www.example.org', ['192.0.2.1'])
    const [proof] = await proofsOf(db, await add('www.example.org'))
    expect(`${text} ${proof!.status}`).toBe(`${text} fails`)
  }
})

test.each([
  ['a redirect', { status: 'failed', reason: 'too-many-redirects' }, 'fails', 'redirect'],
  ['a page for everything', 'hello', 'fails', 'another-token'],
  ['a 404', 404, 'fails', 'status-404'],
  ['a 503', 503, 'unknown', 'status-503'],
  ['nobody', { status: 'failed', reason: 'silent' }, 'unknown', 'silent'],
  ['a refused place', { status: 'not-allowed', rule: 'loopback' }, 'fails', 'loopback'],
] as const)('%s in place of the file proves nothing, and is told apart', async (_what, page, status, reason) => {
  const { token, id } = await begin('192.0.2.1', 'http-file')
  world.web[`http://192.0.2.1/.well-known/portlight/${token}`] = page
  expect(await establish('192.0.2.1', ['192.0.2.1'])).toMatchObject({ basis: 'passive' })
  expect(await readProof(db, id)).toMatchObject({ status, reason })
})

test('what is stated is attested, never proved, and ends when it is taken back', async () => {
  const targetId = await add('www.example.org')
  const sentence = 'I run this host and may scan it.'
  await attest(db, { organisationId, targetId, attestedBy: {}, sentence })
  expect(await establish('www.example.org', ['192.0.2.1'])).toMatchObject({
    basis: 'attested',
    proof: null,
    sentence,
    addresses: [{ basis: 'attested' }],
    missing: [],
  })
  await sql`update attestations set revoked_at = now()`.execute(db)
  expect(await establish('www.example.org', ['192.0.2.1'])).toMatchObject({ basis: 'passive', sentence: null })
})

test('what the operator opens needs no proof, and nothing is asked for it', async () => {
  expect(await establish('lab.example.org', ['10.0.0.1'], () => true)).toMatchObject({
    basis: 'operator',
    addresses: [{ basis: 'operator' }],
  })
  expect(world.asked).toEqual([])
})
