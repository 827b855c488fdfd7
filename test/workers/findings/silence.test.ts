import { expect, test } from 'vitest'
import type { Coverage } from '#db/model/scan.ts'
import { heardIn, type HeardRun } from '#workers/findings/silence.ts'

const coverage = (asked: number, answered: number, leftOut: Coverage['leftOut'] = []): Coverage => ({
  unit: 'asks',
  asked,
  answered,
  silent: asked - answered,
  unanswered: [],
  leftOut,
})
const run = (asks: HeardRun['asks'], facts: Partial<HeardRun>): HeardRun => ({
  asks,
  status: 'completed',
  reason: null,
  coverage: coverage(2, 2),
  ...facts,
})
const silent = { status: 'inconclusive', reason: 'no-answer', coverage: coverage(2, 0) } as const
const failed = (reason: string) => ({ status: 'failed', reason, coverage: null }) as const

test.each<[string, HeardRun[], ReturnType<typeof heardIn>]>([
  [
    'a host that answered one of its scanners',
    [run('host', {}), run('host', silent)],
    { host: 'answered', resolver: 'answered' },
  ],
  ['a host of which nothing answered', [run('host', silent), run('host', failed('unreachable'))], { host: 'silent' }],
  ['one that answered, and not as it should', [run('host', failed('protocol-error'))], {}],
  ['a host that was not asked in time', [run('host', silent), run('host', failed('deadline'))], {}],
  ['a host that we broke at', [run('host', failed('internal'))], {}],
  [
    'no packet of ours that got out',
    [run('host', { ...silent, coverage: coverage(0, 0, [{ what: '22/tcp', reason: 'ENETUNREACH' }]) })],
    { host: 'silent' },
  ],
  [
    'what was left out for reasons of ours',
    [run('host', { ...silent, coverage: coverage(0, 0, [{ what: '22/tcp', reason: 'own-socket' }]) })],
    {},
  ],
  [
    'no resolver',
    [run('host', failed('resolver-failed')), run('names', failed('resolver-failed'))],
    { resolver: 'silent' },
  ],
  ['a name that is not there', [run('host', failed('name-not-found'))], { resolver: 'answered' }],
  [
    'a silent registry',
    [run('host', {}), run('registry', failed('timed-out'))],
    { host: 'answered', resolver: 'answered', registry: 'silent' },
  ],
  ['a registry alone that answers', [run('registry', {})], { registry: 'answered' }],
  ['nothing that was refused', [run('host', { status: 'refused', reason: 'no-proof', coverage: null })], {}],
])('%s', (_what, runs, heard) => {
  expect(heardIn(runs)).toEqual(heard)
})
