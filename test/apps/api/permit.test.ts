import { beforeAll, expect, test } from 'vitest'
import { hashApiKey, makeApiKey } from '#db/model/api-key.ts'
import { newId } from '#db/model/id.ts'
import { type PermissionName, permissionNames, permissions, scopes } from '#db/model/permission.ts'
import { createKey, findKeyActor, revokeKey } from '#db/queries/api-keys.ts'
import { createDevice } from '#db/queries/devices.ts'
import { saveFindings } from '#db/queries/findings.ts'
import { createInvitation } from '#db/queries/organisations.ts'
import { createPasskey } from '#db/queries/passkeys.ts'
import { createServiceAccount } from '#db/queries/service-accounts.ts'
import { endSessions } from '#db/queries/sessions.ts'
import { addTarget } from '#db/queries/targets.ts'
import { createWebhook } from '#db/queries/webhooks.ts'
import { setUserState } from '#db/queries/users.ts'
import { expectProblem, useApi } from '#test/support/api.ts'
import { makeScan, makeTenant } from '#test/support/make.ts'
import { makePerson } from '#test/support/people.ts'

const { db, api } = await useApi()

interface Operation {
  readonly method: string
  /** As the document has it. */
  readonly route: string
  readonly permission: PermissionName | 'none'
  readonly answers: readonly string[]
}

async function operations(): Promise<Operation[]> {
  const { paths } = (await (await api.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { 'x-permission': PermissionName | 'none'; responses: object }>>
  }
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      route,
      permission: operation['x-permission'],
      answers: Object.keys(operation.responses),
    })),
  )
}
const all = (await operations()).filter(({ route }) => route.startsWith('/v1/'))
const guarded = all.filter((operation): operation is Operation & { permission: PermissionName } =>
  permissionNames.includes(operation.permission as PermissionName),
)
const open = all.filter(({ permission }) => permission === 'none')

const somebodys = '01990000-0000-7000-8000-000000000000'
const pathOf = (route: string, id = somebodys) => route.replaceAll(/\{\w+\}/g, id)
const bodyOf = (method: string, body: object = {}) => (method === 'GET' || method === 'DELETE' ? undefined : body)

/** A key of a service account. */
async function keyOf(role: 'admin' | 'operator' | 'viewer', scopes: string[] | null): Promise<string> {
  const [account, key] = [newId(), makeApiKey()]
  const organisation = { organisation_id: api.organisationId, name: account }
  await db
    .insertInto('service_accounts')
    .values({ id: account, ...organisation, role })
    .execute()
  await db
    .insertInto('api_keys')
    .values({ id: newId(), ...organisation, service_account_id: account, hash: hashApiKey(key), scopes })
    .execute()
  return key
}

type Bearer = { accessToken: string } | string
const send = ({ method, route }: Operation, bearer: Bearer, id?: string, body?: object) =>
  api.send(method, pathOf(route, id), bodyOf(method, body), {
    authorization: `Bearer ${typeof bearer === 'string' ? bearer : bearer.accessToken}`,
  })

let nobody: { revokedKey: string; ended: Bearer; disabled: Bearer; disabledsKey: string }
let readOnly: string
beforeAll(async () => {
  const noLimits = { scopes: null, targetTags: null, sourceRanges: null, expiresAt: null }
  const inOwn = { ...noLimits, organisationId: api.organisationId }
  const [ended, disabled] = [await makePerson(api), await makePerson(api)]
  const revoked = (await createKey(db, { ...inOwn, owner: { userId: ended.id }, name: 'revoked' }))!
  await revokeKey(db, { organisationId: api.organisationId, id: revoked.id, userId: null })
  const disableds = (await createKey(db, { ...inOwn, owner: { userId: disabled.id }, name: 'disabled' }))!
  await endSessions(db, ended.id, { allBut: null }, 'revoked')
  await setUserState(db, disabled.id, 'disabled')
  nobody = { revokedKey: revoked.key, ended, disabled, disabledsKey: disableds.key }
  readOnly = await keyOf(
    'admin',
    scopes.filter((name) => name.endsWith(':read')),
  )
})

test('every operation under /v1 says which permission it needs, or that it needs none, and what it refuses with', () => {
  expect(guarded.length + open.length).toBe(all.length)
  expect(guarded.length).toBeGreaterThan(30)
  for (const { answers } of guarded) expect(answers).toEqual(expect.arrayContaining(['401', '403', '429']))
  for (const { answers } of open) expect(answers).toEqual(expect.arrayContaining(['403', '429']))
})

for (const operation of guarded) {
  const { method, route, permission } = operation
  const { role, by, ...rest } = permissions[permission]
  const isInstances = 'instance' in rest

  test(`${method} ${route} is closed to nobody, the revoked, the ended and the disabled`, async () => {
    await expectProblem(
      api.app.request(pathOf(route), { method, headers: { 'content-type': 'application/json' } }),
      401,
      'unauthenticated',
    )
    for (const bearer of Object.values(nobody)) await expectProblem(send(operation, bearer), 401, 'unauthenticated')
  })

  test(`${method} ${route} wants ${permission}, and asks before it reads anything else`, async () => {
    const admin = await makePerson(api, { instanceRole: 'instance-admin' })
    expect((await send(operation, admin)).status).not.toBe(403)
    // What it did to itself shall not stand in the next question's way.
    const owner = await makePerson(api)
    if (isInstances) await expectProblem(send(operation, owner), 403, 'role-too-low')
    else expect((await send(operation, owner)).status).not.toBe(403)

    const viewer = await makePerson(api, { role: 'viewer', instanceRole: 'instance-admin' })
    if (role === null || role === 'viewer') expect((await send(operation, viewer)).status).not.toBe(403)
    else await expectProblem(send(operation, viewer), 403, 'role-too-low')

    const stale = await makePerson(api, { instanceRole: 'instance-admin', isFresh: false })
    if (by === 'fresh-session') await expectProblem(send(operation, stale), 403, 'step-up-required')
    else expect((await send(operation, stale)).status).not.toBe(403)
  })

  test(`${method} ${route} takes of keys only those with the scope`, async () => {
    if (by === 'session') return expectProblem(send(operation, await keyOf('admin', null)), 403, 'session-required')
    if (by === 'fresh-session')
      return expectProblem(send(operation, await keyOf('admin', null)), 403, 'step-up-required')
    if (isInstances) {
      await expectProblem(send(operation, await keyOf('admin', null)), 403, 'role-too-low')
      return expect((await send(operation, api.key)).status).not.toBe(403)
    }
    const others = permissionNames.filter((name) => name !== permission)
    for (const scopes of [[], others])
      await expectProblem(send(operation, await keyOf('admin', scopes)), 403, 'scope-missing')
    expect((await send(operation, await keyOf('admin', [permission]))).status).not.toBe(403)
    const answer = await send(operation, readOnly)
    if (permission.endsWith(':read')) return expect(answer.status).not.toBe(403)
    return expectProblem(answer, 403, 'scope-missing')
  })
}

for (const { method, route } of open)
  test(`${method} ${route} is open to strangers, and to no page of theirs`, async () => {
    const ask = (site: string) =>
      api.send(method, pathOf(route), bodyOf(method), { authorization: '', 'sec-fetch-site': site })
    await expectProblem(ask('cross-site'), 403, 'cross-origin')
    expect((await ask('same-origin')).status).not.toBe(403)
  })

const aTarget = async () =>
  (await addTarget(db, api.organisationId, { kind: 'name', canonical: 'a.example.org', display: 'a.example.org' })).id

async function aScan(): Promise<string> {
  const credential = { kind: 'api-key', id: newId(), scopes: null, targetTags: null } as const
  const principal = { kind: 'service-account', id: newId() } as const
  const actor = {
    organisationId: api.organisationId,
    credential,
    principal,
    role: 'operator',
    instanceRole: null,
  } as const
  return (await makeScan(db, actor)).id
}

/** A thing of the test's own organisation, for each route that names one; and a body that is good but for whose it is. */
const aBatch = async () => {
  const answer = await api.send('POST', '/v1/batches?dryRun=true', { rows: ['127.0.0.1', newId()] })
  return ((await answer.json()) as { id: string }).id
}
const made = async (path: string, body: object) =>
  ((await (await api.send('POST', path, body)).json()) as { id: string }).id
async function aFinding(): Promise<string> {
  const [id, now] = [newId(), new Date()]
  const target = { id: await aTarget(), organisationId: api.organisationId, canonical: 'a.example.org' }
  const seen = { state: 'open', addresses: [], streak: 1, told: 'open', isConfirmed: true, evidence: null } as const
  const about = { rule: 'dns/caa-missing', subject: id, fingerprint: id, severity: 'low' } as const
  await saveFindings(db, { target, scanId: newId(), now }, [
    { id, scanner: 'dns', scannerVersion: 1, ...about, ...seen },
  ])
  return id
}
const aMessage = async () => made(`/v1/targets/${await aTarget()}/messages`, { text: 'who owns this?' })
const aShare = async () => made('/v1/shares', { targetId: await aTarget() })
const anAlertRoute = () => made('/v1/alert-routes', { toOwners: true })
const aSchedule = () => made('/v1/schedules', { cron: '@daily' })
const aBlackout = () => made('/v1/blackouts', { cron: '@daily', minutes: 5 })
const aWebhook = async () =>
  (await createWebhook(db, {
    organisationId: api.organisationId,
    name: '',
    url: 'https://hooks.example.org/',
    events: ['scan.completed'],
    format: 'standard',
    madeBy: null,
  }))!
const things: Readonly<Record<string, { make: () => Promise<string>; body?: object }>> = {
  '/v1/scans/{id}': { make: aScan },
  '/v1/scans/{id}/events': { make: aScan },
  '/v1/scans/{id}/cancel': { make: aScan },
  '/v1/scans/{id}/rerun': { make: aScan },
  '/v1/batches/{id}': { make: aBatch },
  '/v1/batches/{id}/rows': { make: aBatch },
  '/v1/batches/{id}/results': { make: aBatch },
  '/v1/batches/{id}/start': { make: aBatch },
  '/v1/batches/{id}/cancel': { make: aBatch },
  '/v1/shares/{id}': { make: aShare },
  '/v1/shares/{id}/views': { make: aShare },
  '/v1/alert-routes/{id}': { make: anAlertRoute, body: { toOwners: true } },
  '/v1/alert-routes/{id}/test': { make: anAlertRoute },
  '/v1/findings/{id}': { make: aFinding, body: { severity: 'low', reason: 'a honeypot' } },
  '/v1/findings/{id}/messages': { make: aFinding, body: { text: 'who owns this?' } },
  '/v1/findings/{id}/messages/events': { make: aFinding },
  '/v1/targets/{id}/messages': { make: aTarget, body: { text: 'who owns this?' } },
  '/v1/targets/{id}/messages/events': { make: aTarget },
  '/v1/messages/{id}': { make: aMessage, body: { text: 'who owns this?' } },
  '/v1/scans/{id}/diff/{other}': { make: aScan },
  '/v1/targets/{id}/timeline': { make: aTarget },
  '/v1/targets/{id}/ports': { make: aTarget },
  '/v1/scans/{id}/report': { make: aScan },
  '/v1/scans/{id}/record': { make: aScan },
  '/v1/targets/{id}/report': { make: aTarget },
  '/v1/schedules/{id}': { make: aSchedule, body: { name: 'mine' } },
  '/v1/schedules/{id}/runs': { make: aSchedule },
  '/v1/blackouts/{id}': { make: aBlackout },
  '/v1/webhooks/{id}': { make: aWebhook, body: { name: 'mine' } },
  '/v1/webhooks/{id}/rotate': { make: aWebhook },
  '/v1/webhooks/{id}/test': { make: aWebhook },
  '/v1/webhooks/{id}/replay': { make: aWebhook, body: { since: '2026-01-01T00:00:00Z' } },
  '/v1/webhooks/{id}/deliveries': { make: aWebhook },
  '/v1/webhooks/{id}/deliveries/{deliveryId}': { make: aWebhook },
  '/v1/webhooks/{id}/deliveries/{deliveryId}/replay': { make: aWebhook },
  '/v1/targets/{id}': { make: aTarget, body: { name: 'mine' } },
  '/v1/targets/{id}/erasure': { make: aTarget, body: { canonical: 'a.example.org' } },
  '/v1/targets/{id}/proofs': { make: aTarget, body: { kind: 'dns-txt' } },
  '/v1/targets/{id}/attestation': { make: aTarget, body: { sentence: 'I may scan this host.' } },
  // Both ids of the path are this one: neither the target nor the proof is the stranger's.
  '/v1/targets/{id}/proofs/{proofId}': { make: aTarget },
  '/v1/targets/{id}/proofs/{proofId}/check': { make: aTarget },
  '/v1/sessions/{id}': { make: async () => (await makePerson(api)).sessionId, body: { name: 'mine' } },
  '/v1/devices/{id}': { make: async () => createDevice(db, (await makePerson(api)).id, 'a browser') },
  '/v1/me/passkeys/{id}': {
    make: async () => {
      const { id: userId } = await makePerson(api)
      const credential = Buffer.from(newId())
      const made = { userId, credential, publicKey: credential, signCount: 0, transports: [], name: 'a key' }
      return (await createPasskey(db, made))!.id
    },
    body: { name: 'mine' },
  },
  '/v1/keys/{id}': {
    make: async () => (await findKeyActor(db, hashApiKey(await makeTenant(db))))!.actor.credential.id,
  },
  '/v1/service-accounts/{id}': {
    make: async () =>
      (await createServiceAccount(db, { organisationId: api.organisationId, name: newId(), role: 'viewer' }))!.id,
    body: { isDisabled: true },
  },
  '/v1/members/{id}': { make: async () => (await makePerson(api)).id, body: { role: 'viewer' } },
  '/v1/invitations/{id}': {
    make: async () => {
      const { id: invitedBy } = await makePerson(api)
      return createInvitation(db, {
        organisationId: api.organisationId,
        email: 'a@example.org',
        role: 'viewer',
        invitedBy,
      })
    },
  },
}

// The instance's users are nobody's tenant.
for (const operation of guarded.filter(({ route }) => route.includes('{') && !route.startsWith('/v1/instance/')))
  test(`${operation.method} ${operation.route}: another tenant’s is a 404`, async () => {
    const { make, body = {} } = things[operation.route]!
    const stranger = await makePerson(api, { organisationId: null, instanceRole: 'instance-admin' })
    await expectProblem(send(operation, stranger, await make(), body), 404, 'not-found')
  })
