import { networkInterfaces } from 'node:os'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget, readTarget } from '#db/model/target.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'
import { createGuard } from '#workers/network/guard.ts'
import { specialBlocks } from '#workers/network/special-purpose.ts'

const strict = createGuard({ allow: [], own: [] })
const ruleOf = (address: string, guard = strict) => guard.refusalOf(address)?.rule ?? null

test.each([
  ['0.0.0.0', '0.255.255.255', 'this-network'],
  ['10.0.0.0', '10.255.255.255', 'private-use'],
  ['100.64.0.0', '100.127.255.255', 'shared-address-space'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['168.63.129.16', '168.63.129.16', 'cloud-metadata'],
  ['169.254.0.0', '169.254.255.255', 'link-local'],
  ['172.16.0.0', '172.31.255.255', 'private-use'],
  ['192.0.0.0', '192.0.0.255', 'protocol-assignment'],
  ['192.0.2.0', '192.0.2.255', 'documentation'],
  ['192.88.99.0', '192.88.99.255', '6to4'],
  ['192.168.0.0', '192.168.255.255', 'private-use'],
  ['198.18.0.0', '198.19.255.255', 'benchmarking'],
  ['198.51.100.0', '198.51.100.255', 'documentation'],
  ['203.0.113.0', '203.0.113.255', 'documentation'],
  ['224.0.0.0', '239.255.255.255', 'multicast'],
  ['240.0.0.0', '255.255.255.254', 'reserved'],
  ['255.255.255.255', '255.255.255.255', 'broadcast'],
  ['::', '::', 'unspecified'],
  ['::1', '::1', 'loopback'],
  ['::2', '::ffff:ffff', 'ipv4-compatible'],
  ['::ffff:0:0', '::ffff:255.255.255.255', 'ipv4-mapped'],
  ['::ffff:0:0:0', '::ffff:0:255.255.255.255', 'ipv4-translated'],
  ['64:ff9b::', '64:ff9b::255.255.255.255', 'nat64'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', 'nat64'],
  ['100::', '100::ffff:ffff:ffff:ffff', 'discard-only'],
  ['100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff', 'dummy'],
  ['200::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'not-global-unicast'],
  ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', 'teredo'],
  ['2001:1::', '2001:1:ffff:ffff:ffff:ffff:ffff:ffff', 'protocol-assignment'],
  ['2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff', 'benchmarking'],
  ['2001:10::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff', 'orchid'],
  ['2001:30::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'protocol-assignment'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '6to4'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['4000::', '5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'not-global-unicast'],
  ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'segment-routing'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unique-local'],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'link-local'],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'site-local'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast'],
])('from %s to %s the rule is %s', (first, last, rule) => {
  expect(ruleOf(first)).toBe(rule)
  expect(ruleOf(last)).toBe(rule)
})

test.each([
  ['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
  ['168.63.129.15', '168.63.129.17', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0'],
  ['191.255.255.255', '192.0.1.0', '192.0.3.0', '192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0'],
  ['198.17.255.255', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
  ['2000::', '2001:200::', '2001:db7:ffff::1', '2001:db9::', '2003::', '2620:fe::fe', '3ffe:ffff::1', '3fff:1000::'],
])('right beside the blocks an address is public (%s …)', (...addresses) => {
  expect(addresses.map((address) => ruleOf(address))).toEqual(addresses.map(() => null))
})

test('a refusal names the block and the document', () => {
  expect(strict.refusalOf('10.1.2.3')?.detail).toBe('10.1.2.3 lies in 10.0.0.0/8: a private network (RFC 1918).')
})

test('SCAN_ALLOW opens exactly its ranges', () => {
  const guard = createGuard({ allow: ['10.77.0.0/16', 'fd77::/64', '192.0.2.7/32'], own: [] })
  const opened = ['10.77.0.0', '10.77.255.255', 'fd77::1', 'fd77::ffff:ffff:ffff:ffff', '192.0.2.7']
  const shut = ['10.76.255.255', '10.78.0.0', 'fd77:0:0:1::', '192.0.2.6', '192.0.2.8', '127.0.0.1']
  expect(opened.map((address) => [ruleOf(address, guard), guard.isOpened(address)])).toEqual(
    opened.map(() => [null, true]),
  )
  expect(shut.filter((address) => ruleOf(address, guard) === null || guard.isOpened(address))).toEqual([])
})

test('a public address is not "opened", so it keeps the polite pace', () => {
  expect(createGuard({ allow: ['127.0.0.0/8'], own: [] }).isOpened('9.9.9.9')).toBe(false)
})

test('an IPv4 address in disguise stays shut whatever is opened', () => {
  const guard = createGuard({ allow: ['0.0.0.0/0', '::/0'], own: [] })
  expect(ruleOf('127.0.0.1', guard)).toBeNull()
  expect(ruleOf('::ffff:127.0.0.1', guard)).toBe('ipv4-mapped')
  expect(guard.isOpened('::ffff:7f00:1')).toBe(false)
})

test('what is no address is refused, not thrown', () => {
  for (const text of ['', 'example.org', 'fe80::1%eth0', '127.1', '010.0.0.1']) {
    expect(ruleOf(text)).toBe('malformed-address')
  }
})

test('every IPv4 address that hides in an IPv6 one is refused with it', () => {
  const hidden = (prefix: string, suffix = '') => fc.ipV4().map((address) => `${prefix}${address}${suffix}`)
  const disguises = fc.oneof(
    hidden('::'),
    hidden('::ffff:'),
    hidden('::ffff:0:'),
    hidden('64:ff9b::'),
    hidden('64:ff9b:1::'),
  )
  fc.assert(
    fc.property(disguises, (address) => {
      expect(ruleOf(address)).not.toBeNull()
    }),
  )
})

test('a special-use or single-label name is refused by its spelling, until SCAN_ALLOW is set', () => {
  const rules = (guard: typeof strict) =>
    ['localhost', 'a.localhost', 'nas.home.arpa', 'db.internal', 'x.test', 'redis', '_x.local', 'metadata.goog'].map(
      (name) => guard.judgeSpelling(parseTarget(name))?.rule ?? null,
    )
  const special = 'special-use-name'
  expect(rules(strict)).toEqual([special, special, special, special, special, 'single-label-name', special, special])
  expect(rules(createGuard({ allow: ['127.0.0.0/8'], own: [] }))).toEqual(Array(8).fill(null))
})

test('an ordinary name that only sounds special is fair', () => {
  for (const name of ['localhost.example.org', 'test.example.org', 'mylocal.example.org', 'contest.org', 'pki.goog']) {
    expect(strict.judgeSpelling(parseTarget(name))).toBeNull()
  }
})

test('one bad address of many refuses the name', () => {
  expect(strict.judgeResolved(['a.example.org'], ['9.9.9.9', '2620:fe::fe'])).toBeNull()
  expect(strict.judgeResolved(['a.example.org'], ['9.9.9.9', '::1'])?.rule).toBe('loopback')
})

test('an alias to a private name refuses the name that leads there, even without an address', () => {
  expect(strict.judgeResolved(['a.example.org', 'redis'], [])?.rule).toBe('single-label-name')
  expect(strict.judgeResolved(['a.example.org', 'b.internal'], ['9.9.9.9'])?.rule).toBe('special-use-name')
})

test('with SCAN_ALLOW a special name has to lead into it with every address', () => {
  const guard = createGuard({ allow: ['10.77.0.0/16'], own: [] })
  expect(guard.judgeResolved(['db.internal'], ['10.77.0.1', '10.77.0.2'])).toBeNull()
  expect(guard.judgeResolved(['db.internal'], ['10.77.0.1', '9.9.9.9'])?.rule).toBe('special-use-name')
  expect(guard.judgeResolved(['db.internal'], ['10.78.0.1'])?.rule).toBe('private-use')
  expect(guard.judgeResolved(['db.internal'], [])).toBeNull()
})

test('our own sockets are known by address and port', () => {
  const guard = createGuard({ allow: [], own: [{ address: '127.0.0.1', port: 5432 }] })
  expect(guard.isOwn('127.0.0.1', 5432)).toBe(true)
  expect(guard.isOwn('127.0.0.1', 5433)).toBe(false)
  expect(guard.isOwn('127.0.0.2', 5432)).toBe(false)
  // Dialling "no address" reaches this machine.
  expect(guard.isOwn('0.0.0.0', 5432)).toBe(true)
  expect(guard.isOwn('::', 5432)).toBe(true)
  expect(guard.isOwn('::ffff:127.0.0.1', 5432)).toBe(true)
})

test.each(['0.0.0.0', '::', '::ffff:0.0.0.0'])(
  'a server of ours on %s is our own at every address of this machine',
  (address) => {
    const guard = createGuard({ allow: [], own: [{ address, port: 3000 }] })
    const local = Object.values(networkInterfaces()).flatMap(
      (addresses) => addresses?.map(({ address }) => address) ?? [],
    )
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', ...local]) expect(guard.isOwn(address, 3000)).toBe(true)
    expect(guard.isOwn('192.0.2.200', 3000)).toBe(false)
  },
)

test('localhost among our own sockets means both of its addresses', () => {
  const guard = createGuard({ allow: [], own: [{ address: 'localhost', port: 6379 }] })
  expect([guard.isOwn('127.0.0.1', 6379), guard.isOwn('::1', 6379), guard.isOwn('127.0.0.2', 6379)]).toEqual([
    true,
    true,
    false,
  ])
})

test('each block and its rule stand in the table once', () => {
  expect(new Set(specialBlocks.map(({ block }) => block)).size).toBe(specialBlocks.length)
  expect(specialBlocks.filter(({ rule }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule))).toEqual([])
})

interface Line {
  readonly id: string
  readonly input: string
}

const isRefused = (input: string) => {
  const target = readTarget(input)
  return target instanceof DomainError || strict.judgeSpelling(target) !== null
}

const refused = hostileCorpus<Line>('targets-refuse.jsonl')
const accepted = hostileCorpus<Line>('targets-accept.jsonl')

test.skipIf(refused.length === 0)(
  'every target of the hostile corpus that is to be refused is, also inside a URL',
  () => {
    const letThrough = refused.filter(({ input }) => !isRefused(input) || !isRefused(`http://${input}/`))
    expect(letThrough).toEqual([])
  },
)

test.skipIf(accepted.length === 0)('every fair target of the hostile corpus is let through', () => {
  expect(accepted.filter(({ input }) => isRefused(input))).toEqual([])
})
