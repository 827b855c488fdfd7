import { expect, test } from 'vitest'
import { addressesAtMost, lanes, lanesAtMost } from '#workers/scanners/ports/lanes.ts'
import { options, result } from '#workers/scanners/ports/schema.ts'

interface Seen {
  readonly open?: string
  readonly closed?: string
  readonly filtered?: string
}
const run = (ports: string, addresses: readonly Seen[] | null) => ({
  options: options.parse({ ports }),
  result:
    addresses === null
      ? null
      : result.parse({
          addresses: addresses.map(({ open = '', closed = '', filtered = '' }, i) => ({
            address: `192.0.2.${i}`,
            open,
            closed,
            filtered,
            services: open === '22' ? [{ port: 22, service: 'ssh', guessedFrom: 'port', banner: null }] : [],
          })),
        }),
})

test('a port is open where one address has it open, and closed only where all refuse', () => {
  const { lanes: ports } = lanes([
    run('22,80', [{ open: '22', closed: '80' }, { closed: '22,80' }]),
    run('22,80', [{ closed: '22,80' }, { closed: '22,80' }]),
    run('22,80', [{ closed: '22' }, { filtered: '22' }]),
    run('22,80', [{ closed: '22' }, {}]),
  ])
  expect(ports).toMatchObject([{ subject: '22/tcp', note: 'ssh', states: ['open', 'closed', 'untold', 'untold'] }])
})

test('a run that told nothing leaves all it asked untold, and what was not asked is said to be that', () => {
  const { lanes: ports } = lanes([run('22', [{ open: '22' }]), run('20-30', null), run('80', [{ open: '80' }])])
  expect(ports).toMatchObject([
    { subject: '22/tcp', note: 'ssh', states: ['open', 'untold', 'not-asked'] },
    { subject: '80/tcp', note: null, states: ['not-asked', 'not-asked', 'open'] },
  ])
})

test('each address tells its own: how long it stood so, where nobody asked, and where it could not be told', () => {
  const { lanes: ports } = lanes([
    run('22', [{ open: '22' }, { filtered: '22' }]),
    run('22', [{ open: '22' }]),
    run('22', [{ closed: '22' }, { closed: '22' }]),
    run('80', [{ closed: '80' }]),
    run('22', null),
  ])
  expect(ports[0]!.at).toEqual([
    {
      address: '192.0.2.0',
      spans: [
        { state: 'open', from: 0, to: 1 },
        { state: 'closed', from: 2, to: 2 },
        { state: 'not-asked', from: 3, to: 3 },
        { state: 'untold', from: 4, to: 4 },
      ],
    },
    {
      address: '192.0.2.1',
      spans: [
        { state: 'untold', from: 0, to: 0 },
        { state: 'not-asked', from: 1, to: 1 },
        { state: 'closed', from: 2, to: 2 },
        { state: 'not-asked', from: 3, to: 3 },
        { state: 'untold', from: 4, to: 4 },
      ],
    },
  ])
})

test('a name with ever new addresses shows the first of them alone', () => {
  const seen = Array.from({ length: addressesAtMost + 4 }, () => ({ open: '22' }))
  expect(lanes([run('22', seen)]).lanes[0]!.at).toHaveLength(addressesAtMost)
})

test('a host that accepts everything is shown as far as people read, and the rest counted', () => {
  const all = run('1-65535', [{ open: '1-65535' }])
  const { lanes: ports, more } = lanes([all, all, run('1-65535', [{ open: '2-9' }])])
  expect(ports).toHaveLength(lanesAtMost)
  expect(ports.map(({ subject }) => subject)).toContain('9/tcp')
  expect(more).toBe(65_535 - lanesAtMost)
})
