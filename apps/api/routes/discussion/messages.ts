import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { isAtLeast } from '#db/model/role.ts'
import { storableText } from '#db/model/text.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  addMessage,
  editMessage,
  findMessage,
  listMessages,
  lockMessage,
  type MessageFacts,
  type MessageRow,
  threadVersion,
  type Subject,
  withdrawMessage,
} from '#db/queries/discussion.ts'
import { findFinding } from '#db/queries/findings.ts'
import { membersAmong } from '#db/queries/organisations.ts'
import { findTarget, type Reach, reachOf } from '#db/queries/targets.ts'
import { describeRule } from '#workers/scanners/catalog.ts'
import { type AskForMail, withMail } from '#workers/queue/with-mail.ts'
import type { Db } from '#db/connect.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { cursorOf } from '../../documents/cursor.ts'
import * as fields from '../../documents/fields.ts'
import { messageDocument, wholeMessage, writeMessage, writeWhole } from '../../documents/message.ts'
import { jsonBody } from '../../middleware.ts'
import { permit, permitWithTicket } from '../../permit.ts'
import { answerStream, streamAnswer, streamRequest } from '../../streams/sse.ts'
import { streamThread } from '../../streams/stream-thread.ts'
import { noFinding } from '../findings/findings.ts'
import { noTarget } from '../targets/targets.ts'
import { bodyRefusals, json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const place = cursorOf(z.int())

const request = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .transform(storableText)
    .openapi({ description: 'Plain text. Whoever shows it shows it as text.' }),
  mentions: z
    .array(z.uuid())
    .max(20)
    .default([])
    .openapi({ description: 'Members who get a mail about it, each once.' }),
})

/** What is talked about, and its name for a mail. */
interface Topic extends Subject {
  readonly about: string
  readonly path: string
}

const kinds = {
  findings: {
    word: 'finding',
    find: async (db: Db, reach: Reach, id: string): Promise<Topic> => {
      const row = await findFinding(db, reach, id)
      if (!row) throw noFinding(id)
      const about = `${describeRule(row.scanner, row.rule).title} (${row.display})`.slice(0, 300)
      return { targetId: row.target_id, findingId: id, about, path: `/v1/findings/${id}/messages` }
    },
  },
  targets: {
    word: 'target',
    find: async (db: Db, reach: Reach, id: string): Promise<Topic> => {
      const row = await findTarget(db, reach, id)
      if (!row) throw noTarget(id)
      return { targetId: id, findingId: null, about: row.display.slice(0, 300), path: `/v1/targets/${id}/messages` }
    },
  },
} as const

const noMessage = (id: string) => new DomainError('not-found', `There is no message ${id}.`)

interface Mention {
  readonly topic: Topic
  readonly author: MessageRow
  readonly facts: MessageFacts
  /** Whom the message mentioned until now. */
  readonly before: readonly string[]
  readonly organisationId: string
}

/** Mails who is mentioned and was not before, but for the author. @throws DomainError for somebody who is no member */
async function mention(
  { site }: Deps,
  db: Db,
  mail: AskForMail,
  { topic, author, facts, before, organisationId }: Mention,
): Promise<void> {
  const members = await membersAmong(db, organisationId, facts.mentions)
  if (members.length < new Set(facts.mentions).size)
    throw new DomainError('not-found', 'One of these people is no member.')
  if (site.mail === 'none') return
  const name = (author.authorName ?? 'Somebody').slice(0, 300)
  for (const { email } of members.filter(({ id }) => !before.includes(id) && id !== author.authorId)) {
    const text = facts.text.slice(0, 1000)
    const said = { author: name, about: topic.about, text, path: topic.path }
    await mail({ kind: 'mention', recipient: email, challengeId: null, facts: said })
  }
}

function routesOf(kind: keyof typeof kinds) {
  const { word, find } = kinds[kind]

  const list = createRoute({
    method: 'get',
    path: `/v1/${kind}/{id}/messages`,
    tags: ['Discussion'],
    summary: `Read what is said about a ${word}, the latest first`,
    ...permit('findings:read'),
    request: {
      params,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(100).default(20),
        cursor: z.string().max(200).optional().openapi({ description: '`next` of the page before.' }),
      }),
    },
    responses: {
      200: json('One page.', z.object({ messages: z.array(messageDocument), next: z.string().nullable() })),
      ...refusals('invalid-input', 'invalid-cursor', 'not-found'),
    },
  })

  const add = createRoute({
    method: 'post',
    path: `/v1/${kind}/{id}/messages`,
    tags: ['Discussion'],
    summary: `Say something about a ${word}`,
    description: 'Its author is whoever sends it.',
    ...permit('discussion:write', jsonBody()),
    request: { params, body: fields.body(request) },
    responses: { 201: json('Said.', messageDocument), ...refusals(...bodyRefusals, 'not-found') },
  })

  const stream = createRoute({
    method: 'get',
    path: `/v1/${kind}/{id}/messages/events`,
    tags: ['Discussion'],
    summary: `Follow what is said about a ${word}`,
    description:
      'Server-sent events `message`, whose data is the message as it stands now: one that was edited or withdrawn comes again. With `Last-Event-ID` what is newer comes, without it what is said from now on. Every message is authorised anew; `end` says that the credential has ended.',
    ...permitWithTicket('findings:read'),
    request: {
      params,
      ...streamRequest,
    },
    responses: {
      200: streamAnswer,
      ...refusals('invalid-input', 'not-found'),
    },
  })

  return {
    list: (app: Api, { db }: Deps) =>
      app.openapi(list, async (c) => {
        const { id } = c.req.valid('param')
        const { limit, cursor } = c.req.valid('query')
        const before = cursor === undefined ? null : place.read(cursor)
        const topic = await find(db, reachOf(c.get('actor')), id)
        const rows = await listMessages(db, topic, { limit: limit + 1, before })
        const page = rows.slice(0, limit)
        const next = rows.length > limit ? place.write(page.at(-1)!.number) : null
        return c.json({ messages: page.map(writeMessage), next }, 200)
      }),

    add: (app: Api, deps: Deps) =>
      app.openapi(add, async (c) => {
        const { id } = c.req.valid('param')
        const facts = c.req.valid('json')
        const actor = c.get('actor')
        const topic = await find(deps.db, reachOf(actor), id)
        const made = await withMail(deps, async (db, mail) => {
          const messageId = await addMessage(db, topic, actor.principal, facts)
          const made = (await findMessage(db, reachOf(actor), messageId))!
          const { organisationId } = actor
          await mention(deps, db, mail, { topic, author: made, facts, before: [], organisationId })
          return made
        })
        return c.json(writeMessage(made), 201)
      }),

    stream: (app: Api, deps: Deps) =>
      app.openapi(stream, async (c) => {
        const { id } = c.req.valid('param')
        const actor = c.get('actor')
        const subject = await find(deps.db, reachOf(actor), id)
        const given = c.req.valid('header')['last-event-id']
        const seen = given === undefined ? await threadVersion(deps.db, subject) : Number(given)
        const listener = { actor, subject, seen }
        return answerStream(c, deps.log, (out) => streamThread(deps, c.get('identify'), listener, out))
      }),
  }
}

const ofFindings = routesOf('findings')
const ofTargets = routesOf('targets')
export const { list: listFindingMessages, add: addFindingMessage, stream: streamFindingMessages } = ofFindings
export const { list: listTargetMessages, add: addTargetMessage, stream: streamTargetMessages } = ofTargets

const read = createRoute({
  method: 'get',
  path: '/v1/messages/{id}',
  tags: ['Discussion'],
  summary: 'Read a message, with what it said before',
  ...permit('findings:read'),
  request: { params },
  responses: { 200: json('As it stands.', wholeMessage), ...refusals('not-found', 'invalid-input') },
})

export function readMessage(app: Api, { db }: Deps) {
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const message = await findMessage(db, reachOf(c.get('actor')), id)
    if (!message) throw noMessage(id)
    return c.json(writeWhole(message), 200)
  })
}

const change = createRoute({
  method: 'patch',
  path: '/v1/messages/{id}',
  tags: ['Discussion'],
  summary: 'Edit a message of one’s own',
  description: 'What it said before is kept, and shown to whoever asks for it.',
  ...permit('discussion:write', jsonBody()),
  request: { params, body: fields.body(request) },
  responses: { 200: json('Edited.', messageDocument), ...refusals(...bodyRefusals, 'not-found', 'conflict') },
})

export function changeMessage(app: Api, deps: Deps) {
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const facts = c.req.valid('json')
    const actor = c.get('actor')
    const edited = await withMail(deps, async (db, mail) => {
      const message = await ownMessage(db, reachOf(actor), id, actor.principal)
      await editMessage(db, message, facts)
      const kind = message.findingId === null ? kinds.targets : kinds.findings
      const topic = await kind.find(db, reachOf(actor), message.findingId ?? message.targetId)
      const { organisationId } = actor
      await mention(deps, db, mail, { topic, author: message, facts, before: message.mentions, organisationId })
      return (await findMessage(db, reachOf(actor), id))!
    })
    return c.json(writeMessage(edited), 200)
  })
}

/** Locks a message that this author may edit. @throws DomainError */
async function ownMessage(db: Db, reach: Reach, id: string, { id: authorId }: { readonly id: string }) {
  const message = await lockMessage(db, reach, id)
  if (!message) throw noMessage(id)
  if (message.authorId !== authorId) throw new DomainError('conflict', 'Only its author edits a message.')
  if (message.withdrawnAt !== null) throw new DomainError('conflict', 'The message was withdrawn.')
  return message
}

const remove = createRoute({
  method: 'delete',
  path: '/v1/messages/{id}',
  tags: ['Discussion'],
  summary: 'Withdraw a message',
  description: 'Its author may, and an admin. What it said is erased; its place stays.',
  ...permit('discussion:write'),
  request: { params },
  responses: { 204: noContent('Withdrawn.'), ...refusals('not-found', 'invalid-input', 'conflict') },
})

export function removeMessage(app: Api, { db }: Deps) {
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const actor = c.get('actor')
    await db.transaction().execute(async (db) => {
      const message = await lockMessage(db, reachOf(actor), id)
      if (!message) throw noMessage(id)
      if (message.authorId !== actor.principal.id && !isAtLeast(actor.role, 'admin'))
        throw new DomainError('conflict', 'Only its author or an admin withdraws a message.')
      if (message.withdrawnAt !== null) return
      await withdrawMessage(db, message)
      await writeAudit(db, auditBy(c, 'message.withdraw', { kind: 'message', id }))
    })
    return c.body(null, 204)
  })
}
