import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { newId } from '#db/model/id.ts'
import type { MailFacts, MailKindName } from '#db/model/mail.ts'
import { mailedCode } from '#db/model/mailed-code.ts'
import { Secret } from '#db/model/secret.ts'
import { makeChallenge } from '#db/queries/challenges.ts'
import { insertMail, sweepMails, takeWaitingMails } from '#db/queries/mails.ts'
import { keysFor } from '#db/queries/keys.ts'
import { createUser } from '#db/queries/users.ts'
import { codeIn, type Faults, startMailServer } from '#test/support/mail-server.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { recordNothing } from '#workers/metrics/metrics.ts'
import { traceNothing } from '#workers/tracing/tracer.ts'
import { runJob } from '#workers/jobs/index.ts'
import { smtpTransport } from '#workers/mail/transport.ts'

const { db } = await useDatabase()
let faults: Faults = {}
const server = await startMailServer(() => faults)
const transports: { close(): void }[] = []
afterAll(async () => {
  for (const transport of transports) transport.close()
  await server.close()
})

const masterKey = new Secret(randomBytes(32))
const [{ secret: codeKey }] = await keysFor(db, masterKey, 'mailed-code')
const [{ secret: linkKey }] = await keysFor(db, masterKey, 'mailed-link')
const logged: string[] = []
const told: string[] = []
const write = (about: object, message: string) => void logged.push(JSON.stringify([about, message]))

function contextFor(url: string) {
  const transport = smtpTransport(url, 'Portlight <portlight@example.org>')
  transports.push(transport)
  return {
    db,
    log: { info: write, warn: write, error: write },
    recorder: { ...recordNothing, told: (channel: string, outcome: string) => void told.push(`${channel} ${outcome}`) },
    tracer: traceNothing,
    isStopping: () => false,
    mail: {
      transport,
      keys: async () => ({ publicUrl: 'https://scan.example.org', code: codeKey, link: linkKey }),
    },
  } as never
}
const context = contextFor(server.url)

const send = (mailId: string, by = context) => runJob({ name: 'send-mail', data: { mailId } }, by)
const stateOf = (id: string) =>
  db.selectFrom('mails').select(['status', 'reason', 'tries']).where('id', '=', id).executeTakeFirstOrThrow()

let people = 0
async function mailWithCode(kind: MailKindName, email = `ada-${++people}@example.org`) {
  const browserHash = randomBytes(32)
  const challenge = (await makeChallenge(db, {
    purpose: 'sign-up',
    email,
    userId: null,
    browserHash,
    budgetHash: browserHash,
  }))!
  const id = await insertMail(db, { kind, recipient: email, challengeId: challenge.id, facts: {} })
  return { id, email, code: mailedCode(codeKey, challenge.id) }
}
const notice = <Kind extends MailKindName>(kind: Kind, recipient: string, facts: MailFacts<Kind>) =>
  insertMail(db, { kind, recipient, challengeId: null, facts })

/** Lets it be tried again now. */
const letTry = (id: string) =>
  db.updateTable('mails').set({ try_after: sql<Date>`now()` }).where('id', '=', id).execute()

test('a code is made as its mail is sent, once, to one recipient, in both parts', async () => {
  const { id, email, code } = await mailWithCode('sign-up-code')
  await Promise.all([send(id), send(id), send(id)])
  const letter = await server.letterTo(email)
  expect(server.letters.filter(({ recipients }) => recipients.includes(email))).toHaveLength(1)
  expect(letter).toMatchObject({ from: 'portlight@example.org', recipients: [email] })
  expect(codeIn(letter)).toBe(code)
  expect(letter.raw.split(code)).toHaveLength(3)
  expect(letter.raw).toContain('Auto-Submitted: auto-generated')
  expect(letter.raw).not.toMatch(/<img|<link|src=|http:/i)
  expect(await stateOf(id)).toMatchObject({ status: 'sent', reason: null, tries: 1 })
})

test('an address that has an account is told so at sign-up, and an unknown one gets nothing at reset', async () => {
  const { id, email, code } = await mailWithCode('sign-up-code')
  await createUser(db, {
    email: { canonical: email, display: email },
    name: '',
    passwordHash: null,
    instanceRole: null,
  })
  await send(id)
  const letter = await server.letterTo(email)
  expect(letter.raw).toContain('You have an account already')
  expect(letter.raw).not.toContain(code)

  const reset = await mailWithCode('reset-code')
  await send(reset.id)
  expect(await stateOf(reset.id)).toMatchObject({ status: 'dropped', reason: 'no-account' })
  expect(server.letters.some(({ recipients }) => recipients.includes(reset.email))).toBe(false)
})

test.each([
  ['a server that is not there', 'smtp://127.0.0.1:9', {}, /esocket|econn/],
  ['a recipient that cannot be served now', null, { recipient: 450 }, /deferred-450/],
  ['a server that is busy', null, { recipient: 421 }, /deferred-421/],
  ['a letter that cannot be taken now', null, { data: 452 }, /deferred-452/],
] as const)('%s is tried again later, with the same code', async (_what, url, failing, reason) => {
  const { id, email, code } = await mailWithCode('sign-in-code')
  faults = failing
  await send(id, url === null ? context : contextFor(url))
  faults = {}
  expect(told.at(-1)).toBe('mail later')
  const waiting = await stateOf(id)
  expect(waiting).toMatchObject({ status: 'waiting', tries: 1 })
  expect(waiting.reason).toMatch(reason)
  await letTry(id)
  expect(await takeWaitingMails(db, 100)).toContainEqual({ id })
  await send(id)
  expect(codeIn(await server.letterTo(email))).toBe(code)
  expect(told.at(-1)).toBe('mail taken')
  expect(await stateOf(id)).toMatchObject({ status: 'sent', tries: 2 })
})

test.each([
  ['recipient', 550],
  ['data', 554],
] as const)('a %s that is refused for good is not tried again', async (where, code) => {
  const { id } = await mailWithCode('sign-in-code')
  faults = { [where]: code }
  await send(id)
  faults = {}
  expect(await stateOf(id)).toMatchObject({ status: 'dropped', reason: `refused-${code}` })
})

test('what is not worth sending any more is dropped, and says why', async () => {
  const { id } = await mailWithCode('sign-in-code')
  faults = { recipient: 450 }
  await send(id)
  faults = {}
  await sql`update mails set expires_at = now() - interval '1 second' where id = ${id}::uuid`.execute(db)
  await send(id)
  await sweepMails(db)
  expect(await stateOf(id)).toMatchObject({ status: 'dropped', reason: 'too-late: deferred-450', tries: 1 })
})

test('what strangers named stands in no head and as no markup', async () => {
  const hostile = "<b>x</b>\r\nBcc: victim@example.net\u202e\" & 'quoted'"
  const invitation = { invitationId: newId(), organisation: hostile, role: 'viewer', invitedBy: hostile } as const
  await send(await notice('invitation', 'guest@example.org', invitation))
  const { raw, recipients } = await server.letterTo('guest@example.org')
  expect(recipients).toEqual(['guest@example.org'])
  const html = raw.slice(raw.indexOf('text/html'))
  expect(raw).not.toMatch(/^Bcc:/im)
  expect(html).not.toContain('<b>')
  expect(raw).not.toContain('=E2=80=AE')
  expect(raw).toMatch(/https:\/\/scan\.example\.org\/invitation\?id=/)
})

test('every kind of mail has a subject and both parts', async () => {
  const all: { [Kind in MailKindName]: MailFacts<Kind> } = {
    'sign-up-code': {},
    'sign-in-code': {},
    'reset-code': {},
    'step-up-code': {},
    'change-email-old-code': { newEmail: 'new@example.org' },
    'change-email-new-code': {},
    'email-changed': { newEmail: 'new@example.org' },
    'new-sign-in': { sessionId: newId(), device: 'Firefox on Linux', address: '192.0.2.1', at: 'now' },
    'session-reused': {},
    'password-changed': { endedSessions: ['curl'], endedCount: 1 },
    'factor-changed': { factor: 'totp', change: 'added' },
    invitation: { invitationId: newId(), organisation: 'Lab', role: 'viewer', invitedBy: 'ada@example.org' },
    'webhook-disabled': { name: 'ops', host: 'hooks.example.org', organisation: 'Lab', reason: 'silent' },
    'account-disabled': {},
    'account-deleted': { userId: newId(), restoreUntil: '2026-12-24' },
    alert: { title: 'shop.example: 1 new', lines: ['New, high: A database can be reached.'] },
    mention: { author: 'Ada', about: 'shop.example', text: 'Is this ours?', path: '/v1/targets/1/messages' },
    'reset-started-by-admin': {},
  }
  const email = 'everybody@example.org'
  await createUser(db, {
    email: { canonical: email, display: email },
    name: '',
    passwordHash: null,
    instanceRole: null,
  })
  for (const [kind, facts] of Object.entries(all)) {
    const { id } = await mailWithCode('step-up-code', email)
    await db
      .updateTable('mails')
      .set({ kind, facts: JSON.stringify(facts) })
      .where('id', '=', id)
      .execute()
    await send(id)
    const { raw } = await server.letterTo(email)
    expect(raw).toMatch(/^Subject: Portlight: \S/m)
    expect(raw.match(/^Content-Type: text\/(plain|html)/gm)).toHaveLength(2)
  }
})

test('no code stands in a log line or in any table', async () => {
  const { id, code } = await mailWithCode('sign-up-code')
  await send(id)
  const { everythingIn } = await import('#test/support/everything-in.ts')
  for (const text of [await everythingIn(db), logged.join('\n')])
    expect(text).not.toMatch(new RegExp(`(?<![\\d.])${code}(?!\\d)`))
})

/** Quoted-printable, as far as letters are (RFC 2045 §6.7). */
const readable = (raw: string) =>
  Buffer.from(
    raw
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

test('a person who reads German gets a German mail, its subject and its days too', async () => {
  const email = 'anna@example.org'
  const user = { email: { canonical: email, display: email }, name: '', passwordHash: null, instanceRole: null }
  const { id: userId } = (await createUser(db, user))!
  await sql`update users set language = 'de' where id = ${userId}::uuid`.execute(db)
  const facts = { sessionId: newId(), device: 'Firefox', address: '192.0.2.1', at: '2026-11-26T09:42:10.000Z' }
  await send(await notice('new-sign-in', email, facts))
  const letter = readable((await server.letterTo(email)).raw)
  expect(letter).toContain('Subject: Portlight: Neue Anmeldung an Ihrem Konto')
  expect(letter).toContain('von 192.0.2.1, am 26. November 2026, 09:42 UTC')
  expect(letter).toContain('wählen Sie ein neues Passwort')
  expect(letter).toContain('<html lang="de">')

  // The last one to the old address, which is nobody's any more.
  await send(await notice('email-changed', 'anna-before@example.org', { newEmail: email }))
  expect(readable((await server.letterTo('anna-before@example.org')).raw)).toContain('Ihre Adresse wurde geändert')
})
