import { expect, test } from 'vitest'
import { examineSpf, maxLookups } from '#workers/scanners/dns/mail/examine-spf.ts'
import { suiteAsker } from './suite-asker.ts'

type Zone = Record<string, string | string[]>

/** Each name with its TXT records; `A` stands for a name that has an address only, `TIMEOUT` for one nobody answers for. */
const examine = (zone: Zone) =>
  examineSpf(
    'lab.test',
    suiteAsker(
      Object.fromEntries(
        Object.entries(zone).map(([name, held]) => [
          name,
          [held].flat().map((text) => (text === 'TIMEOUT' ? text : text === 'A' ? { A: '192.0.2.1' } : { TXT: text })),
        ]),
      ),
    ),
  )

test('terms of included records count, those behind all do not', async () => {
  const policy = await examine({
    'lab.test': 'v=spf1 a:host.test include:one.test -all mx exists:host.test',
    'one.test': 'v=spf1 a:host.test ip4:192.0.2.1 include:two.test ~all',
    'two.test': 'v=spf1 ptr -all',
    'host.test': 'A',
  })
  expect(policy).toMatchObject({ lookups: 5, voidLookups: 0, all: '-', errors: [], includes: ['one.test', 'two.test'] })
})

test('the eleventh lookup is one too many, however deep it stands', async () => {
  const six = Array.from({ length: 6 }, () => 'a:host.test').join(' ')
  const zone = { 'host.test': 'A', 'one.test': `v=spf1 ${six} -all` }
  expect(
    await examine({ ...zone, 'lab.test': 'v=spf1 a:host.test ptr mx:mx.test include:one.test -all' }),
  ).toMatchObject({
    lookups: 10,
    errors: [],
  })
  expect(await examine({ ...zone, 'lab.test': `v=spf1 ${six} include:one.test -all` })).toMatchObject({
    lookups: 13,
    errors: [{ code: 'too-many-lookups', domain: 'lab.test' }],
  })
})

test('records that include each other end', async () => {
  const loop = await examine({ 'lab.test': 'v=spf1 include:one.test -all', 'one.test': 'v=spf1 include:lab.test -all' })
  expect(loop.errors).toEqual([{ code: 'include-loop', domain: 'one.test', term: 'include:lab.test' }])
  const bushy = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [
      `n${at}.test`,
      `v=spf1 include:n${at + 1}.test include:n${at + 1}.test -all`,
    ]),
  )
  const wide = await examine({ ...bushy, 'lab.test': 'v=spf1 redirect=n0.test' })
  expect(wide.lookups).toBeGreaterThanOrEqual(maxLookups)
  expect(wide.lookups).toBeLessThan(maxLookups + 25)
})

test('three lookups that find nothing are one too many', async () => {
  const policy = await examine({
    'lab.test': 'v=spf1 a:x.test mx:y.test exists:z.test a:host.test -all',
    'host.test': 'A',
  })
  expect(policy).toMatchObject({ voidLookups: 3, errors: [{ code: 'too-many-void-lookups' }] })
})

test('an included name without a record breaks the record, one that nobody answers for is unknown', async () => {
  expect((await examine({ 'lab.test': 'v=spf1 include:x.test -all' })).errors).toMatchObject([
    { code: 'no-record-included' },
  ])
  const untold = await examine({ 'lab.test': 'v=spf1 include:x.test -all', 'x.test': 'TIMEOUT' })
  expect(untold).toMatchObject({ errors: [], unresolved: [{ term: 'include:x.test', reason: 'timed-out' }] })
})

test('no answer is not "no record"', async () => {
  expect(await examine({ 'lab.test': 'TIMEOUT' })).toMatchObject({ status: 'unknown', reason: 'timed-out' })
  expect(await examine({ 'lab.test': 'other text' })).toMatchObject({ status: 'none', reason: null })
})

test('two records cancel each other', async () => {
  const policy = await examine({ 'lab.test': ['v=spf1 -all', 'v=spf1 +all'] })
  expect(policy).toMatchObject({
    errors: [{ code: 'multiple-records' }],
    all: null,
    records: ['v=spf1 +all', 'v=spf1 -all'],
  })
})

test('all is what redirect leads to, and what lies behind an include lets pass', async () => {
  const open = { 'open.test': 'v=spf1 all' }
  expect(await examine({ ...open, 'lab.test': 'v=spf1 redirect=open.test' })).toMatchObject({ all: '+' })
  expect(await examine({ ...open, 'lab.test': 'v=spf1 include:open.test -all' })).toMatchObject({
    all: '-',
    broad: ['include:open.test'],
  })
  expect(await examine({ ...open, 'lab.test': 'v=spf1 -include:open.test -all' })).toMatchObject({ broad: [] })
})

test('ranges wider than anybody holds are seen, in included records too', async () => {
  const policy = await examine({
    'lab.test': 'v=spf1 ip4:10.0.0.0/8 ip4:0.0.0.0/1 ?ip4:0.0.0.0/0 include:one.test -all',
    'one.test': 'v=spf1 ip6:::/0 mx/4 -all',
  })
  expect(policy.broad).toEqual(['ip4:0.0.0.0/1', 'ip6:::/0', 'mx/4'])
})

test('what depends on the sender is said', async () => {
  const policy = await examine({ 'lab.test': 'v=spf1 exists:%{i}.lab.test include:%{ir}.spf.test -all' })
  expect(policy).toMatchObject({ lookups: 2, errors: [], unresolved: [{ reason: 'depends-on-sender' }] })
})
