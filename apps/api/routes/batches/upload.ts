import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Db } from '#db/connect.ts'
import { batchPurposes, type BatchOptions, type BatchPurpose, rowsAtMost, uploadBytesAtMost } from '#db/model/batch.ts'
import { denialOf } from '#db/model/permission.ts'
import { maxAgeSecondsAtMost } from '#db/model/scan.ts'
import { writeAudit } from '#db/queries/audit.ts'
import { acceptUpload, addChunk, createBatch, forgetBatch } from '#db/queries/batches.ts'
import { reachOf } from '#db/queries/targets.ts'
import { batchLinks } from '#workers/documents/batch.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import * as fields from '../../documents/fields.ts'
import { jsonBody } from '../../middleware.ts'
import { permit } from '../../permit.ts'
import { problem } from '../../problems.ts'
import { bodyRefusals, json, refusals } from '../answers.ts'

const chunkBytes = 256 * 1024
/** The server cuts off a request that takes longer than this anyway. */
const uploadMillis = 30_000

/** JSON as anywhere else; a list of lines may be longer, and is not gathered first. */
const uploadBody = (): MiddlewareHandler<ApiEnv> => {
  const asJson = jsonBody()
  const asLines = bodyLimit({ maxSize: uploadBytesAtMost, onError: (c) => problem(c, 'body-too-large') })
  return async (c, next) => {
    const format = formatOf(c.req.header('content-type'))
    if (format === undefined) return asJson(c, next)
    if (c.req.header('content-encoding') !== undefined) return problem(c, 'unsupported-media-type')
    c.get('grantMillis')(uploadMillis)
    return asLines(c, next)
  }
}

/** To add targets asks for more than to scan. */
const mayImport: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const denial = c.req.query('purpose') === 'targets' ? denialOf(c.get('actor'), 'targets:write') : null
  return denial === null ? next() : problem(c, denial, { detail: 'This needs `targets:write`.' })
}

/** Undefined for anything else, JSON too. */
function formatOf(contentType = ''): 'csv' | 'ndjson' | undefined {
  const [, subtype] =
    /^(?:text|application)\/(csv|x-ndjson|ndjson)\s*(?:;\s*[\w-]+=[\w"-]+\s*)*$/i.exec(contentType) ?? []
  if (subtype === undefined) return undefined
  return subtype.toLowerCase() === 'csv' ? 'csv' : 'ndjson'
}

const scannerNames = Object.keys(scanPlan.shape)
const query = z.strictObject({
  name: fields.personName.optional(),
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'Reads and judges the rows, and scans none until the batch is started.' }),
  purpose: z
    .enum(batchPurposes)
    .default('scans')
    .openapi({ description: '`targets`: each row becomes a target that is watched, and none is scanned.' }),
  scanners: z
    .string()
    .max(200)
    .refine((text) => text.split(',').every((name) => scannerNames.includes(name)), 'names scanners, by comma')
    .optional()
    .openapi({ description: 'Names by comma, for rows that name none; all when left out.', example: 'ports,tls' }),
  maxAge: z.coerce
    .number()
    .int()
    .min(0)
    .max(maxAgeSecondsAtMost)
    .optional()
    .openapi({ description: 'As for a single scan.' }),
})

const route = createRoute({
  method: 'post',
  path: '/v1/batches',
  tags: ['Batches'],
  summary: 'Submit many scans, or add many targets',
  description: `Rows as CSV (a head with \`target\`, and \`scanners\` and \`maxAge\` where wanted; or targets alone), as NDJSON, or as JSON: each a target, or \`{"target", "scanners"?, "maxAge"?}\`. At most ${rowsAtMost} rows, and 32 MiB of lines or 1 MiB of JSON. A job reads them; what is wrong with a row stands at the row, and the others are scanned, a few at a time, in the lane \`bulk\`. With \`purpose=targets\` a row has \`target\`, and \`name\`, \`tags\`, \`ownerContact\` and \`note\` where wanted; what is a target already keeps what it has. The same upload of scans within a day is the same batch.`,
  ...permit('scans:write', mayImport, uploadBody()),
  request: {
    query,
    body: {
      content: {
        'application/json': { schema: z.strictObject({ rows: z.array(z.unknown()).min(1).max(rowsAtMost) }) },
        'text/csv': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
  },
  responses: {
    202: {
      ...json(
        'Received: poll `Location`.',
        z.object({
          id: z.uuid(),
          isNew: z.boolean().openapi({ description: 'False where the same upload made the batch before.' }),
          links: z.object({ self: z.string() }),
        }),
      ),
      headers: z.object({ Location: z.string(), 'Retry-After': z.string() }),
    },
    ...refusals(...bodyRefusals),
  },
})

export function uploadBatch(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { dryRun, ...asked } = c.req.valid('query')
    const { id, isNew } = await receive(c, deps, {
      ...asked,
      format: formatOf(c.req.header('content-type')) ?? 'ndjson',
      isStartWanted: dryRun === 'false',
    })
    const { self } = batchLinks(id)
    c.header('Location', self)
    c.header('Retry-After', '1')
    return c.json({ id, isNew, links: { self } }, 202)
  })
}

/** To import a list again is no harm, and mends what was archived or erased since; to scan it again at once is dear. */
const sameHours: Readonly<Record<BatchPurpose, number>> = { scans: 24, targets: 0 }

interface Upload extends Omit<z.output<typeof query>, 'dryRun'> {
  readonly format: 'csv' | 'ndjson'
  readonly isStartWanted: boolean
}

/** Stores the upload piece by piece, then makes it a batch. One that breaks off leaves nothing. */
async function receive(c: Context<ApiEnv>, { db, bell }: Deps, upload: Upload) {
  const actor = c.get('actor')
  const { name = '', format, purpose, scanners, maxAge, isStartWanted } = upload
  const options: BatchOptions = {
    ...(purpose === 'scans' ? {} : { purpose }),
    ...(scanners === undefined
      ? {}
      : { scanners: scanPlan.parse(Object.fromEntries(scanners.split(',').map((name) => [name, {}]))) }),
    ...(maxAge === undefined ? {} : { maxAge }),
  }
  // What a key for certain targets sent is its own, and no answer to anybody else.
  const owner = reachOf(actor).targetTags === null ? '' : actor.credential.id
  const hash = createHash('sha256').update(JSON.stringify([owner, name, format, options]))
  const pending = await createBatch(db, actor, { name, format, options })
  try {
    await storeChunks(db, pending, hash, bytesOf(c))
    const made = await db.transaction().execute(async (db) => {
      const made = await acceptUpload(db, actor, {
        id: pending,
        fingerprint: hash.digest(),
        isStartWanted,
        sameHours: sameHours[purpose],
      })
      if (!made.isNew) return made
      await writeAudit(db, auditBy(c, 'batch.add', { kind: 'batch', id: made.id }))
      await bell.enqueue(db, 'read-batch', made.id, { batchId: made.id })
      return made
    })
    // Best effort: what is lost here the reconciler rings for.
    if (made.isNew && !bell.transactional) await bell.ring('read-batch', made.id, { batchId: made.id }).catch(() => {})
    return made
  } catch (error) {
    await forgetBatch(db, pending).catch(() => {})
    throw error
  }
}

async function* bytesOf(c: Context<ApiEnv>): AsyncGenerator<Uint8Array> {
  if (formatOf(c.req.header('content-type')) === undefined) {
    const { rows } = await c.req.json<{ rows: unknown[] }>()
    for (const row of rows) yield Buffer.from(`${JSON.stringify(row)}\n`)
    // With an Idempotency-Key the body was read before, to tell it from others.
  } else if (c.get('requestKey')) yield new Uint8Array(await c.req.arrayBuffer())
  else if (c.req.raw.body) yield* c.req.raw.body
}

async function storeChunks(
  db: Db,
  batchId: string,
  hash: { update(bytes: Uint8Array): unknown },
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let number = 0
  let held: Uint8Array[] = []
  let size = 0
  const store = async () => {
    await addChunk(db, batchId, number++, Buffer.concat(held))
    held = []
    size = 0
  }
  for await (const piece of bytes) {
    hash.update(piece)
    held.push(piece)
    size += piece.byteLength
    if (size >= chunkBytes) await store()
  }
  if (size > 0) await store()
}
