import { beforeEach, expect, test } from 'vitest'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import { hashApiKey } from '#db/model/api-key.ts'
import { up as makeCertificates } from '#db/migrations/2026-11-28-l-certificates.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { claimScan, endRun } from '#db/queries/claims.ts'
import { sweepServed } from '#db/queries/certificates.ts'
import { finishScan } from '#workers/queue/finish-scan.ts'
import type { AddressOutcome, result as schema } from '#workers/scanners/tls/schema.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { makeScan, queuedRun } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'
import { coverage } from '#test/support/port-scan.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-05-01T00:00:00Z')
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

beforeEach(async () => {
  await sql`truncate scans, targets cascade`.execute(db)
  await calendar.set('2026-05-01T00:00:00Z')
})

type Result = z.input<typeof schema>
interface Shown {
  readonly name: string
  readonly until: string
  readonly from?: string
  readonly readable?: false
}

/** A TLS result in which each address shows these as its own, or none with this outcome. */
function resultOf(seen: Readonly<Record<string, readonly Shown[] | AddressOutcome>>): Result {
  const all = Object.values(seen).flatMap((shown) => (typeof shown === 'string' ? [] : shown))
  return {
    subject: '443/tcp',
    port: 443,
    starttls: null,
    serverName: null,
    referenceIdentity: '127.0.0.1',
    addresses: Object.entries(seen).map(([address, shown]) => ({
      address,
      outcome: typeof shown === 'string' ? shown : 'handshake',
      detail: null,
      protocols: [],
      chains: (typeof shown === 'string' ? [] : shown).map(({ name }) => ({
        versions: ['TLSv1.3' as const],
        sentCount: 1,
        sent: [name],
        nameMatches: true,
        path: [name],
        trustProblem: null,
      })),
    })),
    certificates: all.map(({ name, until, from = '2026-02-01T00:00:00Z', readable = true }) =>
      readable
        ? {
            readable: true as const,
            fingerprint: name,
            subject: `CN=${name}`,
            issuer: 'CN=Lab CA',
            serialNumber: '01',
            notBefore: from,
            notAfter: until,
            names: [{ type: 'dns' as const, value: `${name}.example.org` }],
            nameCount: 1,
            key: { type: 'ec', bits: 256, curve: 'P-256' },
            signatureAlgorithm: 'ecdsa-with-SHA256',
            isCa: false,
            isSelfSigned: false,
            isTrusted: false,
          }
        : { readable: false as const, fingerprint: name, sizeBytes: 3 },
    ),
  }
}

/** A scan that ended as a worker ends one; without a result it failed. */
async function scan(seen: Parameters<typeof resultOf>[0] | null): Promise<string> {
  const host = '127.0.0.1'
  await api.send('POST', '/v1/targets', { target: host })
  const target = { kind: 'address', canonical: host, display: host } as const
  const { id } = await makeScan(db, actor, { target, runs: [queuedRun('tls')] })
  const claim = (await claimScan(db, id, 60))!
  await endRun(
    db,
    claim,
    claim.runs[0]!,
    seen === null
      ? { status: 'failed', reason: 'unreachable' }
      : { status: 'completed', reason: null, coverage, result: resultOf(seen) },
  )
  await db.transaction().execute((db) =>
    finishScan(db, claim, (error) => {
      throw error
    }),
  )
  return id
}

interface Certificate {
  address: string
  fingerprint: string
  names: string[]
  notAfter: string
  renewal: string
  hasSuccessor: boolean
  seenAt: string
  isNotRetested: boolean
}
const list = async (query = '', person: { send: typeof api.send } = api) =>
  (await (await person.send('GET', `/v1/certificates${query}`)).json()) as {
    certificates: Certificate[]
    next: string | null
  }
const shown = async (query = '') =>
  (await list(query)).certificates.map(({ address, fingerprint }) => `${fingerprint} ${address}`)
const counts = async () => (await (await api.send('GET', '/v1/certificates/counts')).json()) as Record<string, number>

const old = { name: 'old', until: '2026-05-20T00:00:00Z' }
const young = { name: 'young', until: '2026-07-30T00:00:00Z', from: '2026-05-01T00:00:00Z' }

test('each address and port shows its certificate, the first to end first, page by page', async () => {
  await scan({ '127.0.0.1': [young], '127.0.0.2': [old] })
  const { certificates } = await list()
  expect(certificates).toMatchObject([
    { address: '127.0.0.2', fingerprint: 'old', names: ['old.example.org'], renewal: 'overdue', hasSuccessor: true },
    { address: '127.0.0.1', fingerprint: 'young', renewal: 'in-time', hasSuccessor: false, isNotRetested: false },
  ])
  const first = await list('?limit=1')
  const second = await list(`?limit=1&cursor=${first.next}`)
  expect([...first.certificates, ...second.certificates]).toEqual(certificates)
  expect(second.next).toBeNull()
  await expectProblem(api.send('GET', '/v1/certificates?cursor=x'), 422, 'invalid-cursor')
  expect(await counts()).toEqual({ certificates: 2, places: 1, ended: 0, overdue: 0, notRetested: 0 })
  expect(await shown('?renewal=overdue')).toEqual(['old 127.0.0.2'])
  expect(await shown('?renewal=overdue&hasSuccessor=false')).toEqual([])
  expect(await shown('?hasSuccessor=true')).toEqual(['old 127.0.0.2'])
  expect(await shown('?text=YOUNG.example')).toEqual(['young 127.0.0.1'])
})

test('a later answer at the same place replaces it; silence, and a run that failed, leave it and say so', async () => {
  await scan({ '127.0.0.1': [old], '127.0.0.2': [old] })
  await calendar.set('2026-05-02T00:00:00Z')
  await scan({ '127.0.0.1': 'silent', '127.0.0.2': [young] })
  const { certificates } = await list()
  expect(certificates).toMatchObject([
    { fingerprint: 'old', address: '127.0.0.1', isNotRetested: true, seenAt: '2026-05-01T00:00:00.000Z' },
    { fingerprint: 'young', address: '127.0.0.2', isNotRetested: false, seenAt: '2026-05-02T00:00:00.000Z' },
  ])
  expect(await shown('?retested=false')).toEqual(['old 127.0.0.1'])
  expect(await shown('?retested=true')).toEqual(['young 127.0.0.2'])
  await scan(null)
  expect((await list()).certificates.map(({ isNotRetested }) => isNotRetested)).toEqual([true, true])
  expect((await counts())['notRetested']).toBe(2)
})

test('an answer that no TLS is spoken there lets it go, as does one that cannot be read', async () => {
  await scan({ '127.0.0.1': [old], '127.0.0.2': [young] })
  await scan({ '127.0.0.1': 'refused', '127.0.0.2': [{ ...young, name: 'broken', readable: false }] })
  expect(await shown()).toEqual([])
})

test('one that has ended says so, and one from the year 0 breaks no scan', async () => {
  const id = await scan({
    '127.0.0.1': [{ name: 'ancient', until: '0000-01-01T00:00:00.000Z', from: '0000-01-01T00:00:00.000Z' }],
  })
  expect(await (await api.send('GET', `/v1/scans/${id}`)).json()).toMatchObject({ status: 'completed' })
  expect((await list()).certificates).toMatchObject([{ fingerprint: 'ancient', renewal: 'ended' }])
  expect((await counts())['ended']).toBe(1)
})

test('another organisation sees none of it, nor does anybody of a target that nobody watches any more', async () => {
  await scan({ '127.0.0.1': [old] })
  const grace = await makePerson(api, { organisationId: null })
  expect((await list('', grace)).certificates).toEqual([])
  await sql`update targets set watched_since = null`.execute(db)
  expect(await shown()).toEqual([])
})

test('what nobody has seen for a year is forgotten', async () => {
  await scan({ '127.0.0.1': [old] })
  await sweepServed(db)
  expect(await shown()).toHaveLength(1)
  await calendar.set('2027-05-02T00:00:00Z')
  await sweepServed(db)
  expect(await shown()).toEqual([])
})

test('a database from before has the certificates of its last scans', async () => {
  await scan({ '127.0.0.1': [young, old], '127.0.0.2': 'silent' })
  const before = (await list()).certificates
  await sql`drop table certificates`.execute(db)
  await makeCertificates(db as unknown as Kysely<unknown>)
  const dateless = (one: Certificate) => ({ ...one, seenAt: null })
  expect((await list()).certificates.map(dateless)).toEqual(before.map(dateless))
  expect(before).toHaveLength(2)
})
