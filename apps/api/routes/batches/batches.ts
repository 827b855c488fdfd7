import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import { isBatchFinal, rowStatuses } from '#db/model/batch.ts'
import { DomainError } from '#db/model/errors.ts'
import { writeAudit } from '#db/queries/audit.ts'
import {
  askBatchCancel,
  type BatchRow,
  countRows,
  findBatch,
  listBatches,
  listRows,
  startBatch,
} from '#db/queries/batches.ts'
import { findScan } from '#db/queries/scans.ts'
import { reachOf } from '#db/queries/targets.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { batchDocument, batchRow, batchSummary, retryAfterOf, writeBatch, writeRow } from '../../documents/batch.ts'
import { summariseBatch } from '#workers/documents/batch.ts'
import { wholeOf } from '#workers/documents/scan.ts'
import { etagOf, names } from '../../documents/scan.ts'
import { permit } from '../../permit.ts'
import { json, noContent, refusals } from '../answers.ts'

const params = z.object({ id: z.uuid() })
const badShown = 100
const rowsShown = 20
const rowsAtOnce = 200

/** @throws DomainError `not-found` */
async function batchOf(c: Context<ApiEnv>, id: string): Promise<BatchRow> {
  const batch = await findBatch(c.get('db'), c.get('actor'), id)
  if (!batch) throw new DomainError('not-found', `There is no batch ${id}.`)
  return batch
}

/** The batch as every answer shows it, with its `ETag` and `Retry-After`. */
async function documentOf(c: Context<ApiEnv>, batch: BatchRow) {
  const db = c.get('db')
  const [counts, bad, preview] = await Promise.all([
    countRows(db, batch.id),
    listRows(db, batch.id, { after: 0, limit: badShown, status: 'bad' }),
    listRows(db, batch.id, { after: 0, limit: rowsShown, status: null }),
  ])
  c.header('ETag', etagOf(batch.version))
  c.header('Cache-Control', 'private, no-cache')
  const retryAfter = retryAfterOf(batch, counts)
  if (retryAfter !== null) c.header('Retry-After', retryAfter)
  return writeBatch(batch, counts, { bad, preview })
}

const read = createRoute({
  method: 'get',
  path: '/v1/batches/{id}',
  tags: ['Batches'],
  summary: 'Read a batch',
  description:
    'How many rows are in each state, and why those that are bad are. With `If-None-Match` it is sent only when it has changed.',
  ...permit('scans:read'),
  request: { params, headers: z.object({ 'if-none-match': z.string().max(1000).optional() }) },
  responses: {
    200: json('As it stands; `Retry-After` while it changes.', batchDocument),
    304: noContent('It is what the caller has.'),
    ...refusals('not-found', 'invalid-input'),
  },
})

export function readBatchRoute(app: Api) {
  app.openapi(read, async (c) => {
    const batch = await batchOf(c, c.req.valid('param').id)
    if (names(c.req.valid('header')['if-none-match'], batch.version)) {
      c.header('ETag', etagOf(batch.version))
      return c.body(null, 304)
    }
    return c.json(await documentOf(c, batch), 200)
  })
}

const list = createRoute({
  method: 'get',
  path: '/v1/batches',
  tags: ['Batches'],
  summary: 'List batches, newest first',
  ...permit('scans:read'),
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.uuid().optional().openapi({ description: '`next` of the page before.' }),
    }),
  },
  responses: {
    200: json('One page.', z.object({ batches: z.array(batchSummary), next: z.uuid().nullable() })),
    ...refusals('invalid-input'),
  },
})

export function listBatchesRoute(app: Api, { db }: Deps) {
  app.openapi(list, async (c) => {
    const { limit, cursor = null } = c.req.valid('query')
    const rows = await listBatches(db, c.get('actor'), { limit: limit + 1, after: cursor })
    const batches = rows.slice(0, limit).map(summariseBatch)
    return c.json({ batches, next: rows.length > limit ? batches.at(-1)!.id : null }, 200)
  })
}

const rows = createRoute({
  method: 'get',
  path: '/v1/batches/{id}/rows',
  tags: ['Batches'],
  summary: 'List the rows of a batch',
  ...permit('scans:read'),
  request: {
    params,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      after: z.coerce
        .number()
        .int()
        .min(0)
        .max(2_147_483_647)
        .default(0)
        .openapi({ description: 'Rows behind this line.' }),
      status: z.enum(rowStatuses).optional(),
    }),
  },
  responses: {
    200: json('One page.', z.object({ rows: z.array(batchRow), next: z.int().nullable() })),
    ...refusals('not-found', 'invalid-input'),
  },
})

export function listRowsRoute(app: Api, { db }: Deps) {
  app.openapi(rows, async (c) => {
    const { id } = await batchOf(c, c.req.valid('param').id)
    const { limit, after, status = null } = c.req.valid('query')
    const found = (await listRows(db, id, { after, limit: limit + 1, status })).map(writeRow)
    const page = found.slice(0, limit)
    return c.json({ rows: page, next: found.length > limit ? page.at(-1)!.row : null }, 200)
  })
}

const results = createRoute({
  method: 'get',
  path: '/v1/batches/{id}/results',
  tags: ['Batches'],
  summary: 'Stream the results of a batch',
  description:
    'NDJSON, a line for each row in order: the row as `/rows` has it, and in `scan` the whole scan as it stands now, or null. The last line is `{"end":true}`; a stream without it broke off, and goes on with `after`, the last row that was read.',
  ...permit('scans:read'),
  request: {
    params,
    query: z.strictObject({
      after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
      status: z.enum(rowStatuses).optional(),
    }),
  },
  responses: {
    200: { description: 'The lines.', content: { 'application/x-ndjson': { schema: z.string() } } },
    ...refusals('not-found', 'invalid-input'),
  },
})

export function streamResults(app: Api, { db, log, isDraining }: Deps) {
  app.openapi(results, async (c) => {
    const { id } = await batchOf(c, c.req.valid('param').id)
    const { after, status = null } = c.req.valid('query')
    const actor = c.get('actor')
    c.header('Content-Type', 'application/x-ndjson')
    c.header('X-Accel-Buffering', 'no')
    const onError = async (err: Error) => log.warn({ requestId: c.get('requestId'), err }, 'a stream broke off')
    return stream(
      c,
      async (out) => {
        for (let last = after; ; ) {
          // A credential that has ended reads no further; what it has is a part, and `after` says which.
          const current = await c.get('identify').again(actor.credential, actor.principal)
          if (current?.organisationId !== actor.organisationId || isDraining()) throw new Error('the stream was ended')
          const page = await listRows(db, id, { after: last, limit: rowsAtOnce, status })
          for (const row of page) {
            if (out.aborted) return
            const scan = row.scanId === null ? undefined : await findScan(db, reachOf(current), row.scanId)
            const whole = scan === undefined ? null : await wholeOf(db, scan)
            await out.write(`${JSON.stringify({ ...writeRow(row), scan: whole })}\n`)
          }
          if (page.length < rowsAtOnce) break
          last = page.at(-1)!.number
        }
        await out.write('{"end":true}\n')
      },
      onError,
    ) as never
  })
}

const start = createRoute({
  method: 'post',
  path: '/v1/batches/{id}/start',
  tags: ['Batches'],
  summary: 'Start a batch that was only shown',
  ...permit('scans:write'),
  request: { params },
  responses: {
    202: json('It runs, or will once it has been read.', batchDocument),
    ...refusals('not-found', 'conflict', 'invalid-input'),
  },
})

export function startBatchRoute(app: Api, { db }: Deps) {
  app.openapi(start, async (c) => {
    const { id } = await batchOf(c, c.req.valid('param').id)
    if (!(await startBatch(db, id))) throw new DomainError('conflict', 'It was started already, or has ended.')
    await writeAudit(db, auditBy(c, 'batch.start', { kind: 'batch', id }))
    return c.json(await documentOf(c, await batchOf(c, id)), 202)
  })
}

const cancelContract = {
  tags: ['Batches'],
  summary: 'Cancel a batch',
  description:
    'Rows that wait end `cancelled`, and the scans that it made and that are open are cancelled one by one; what has ended stays. A final batch stays what it is.',
  request: { params },
  responses: {
    200: json('It has ended.', batchDocument),
    202: json('It ends once its scans have.', batchDocument),
    ...refusals('not-found', 'invalid-input'),
  },
}
const remove = createRoute({ ...cancelContract, method: 'delete', path: '/v1/batches/{id}', ...permit('scans:write') })
const cancel = createRoute({
  ...cancelContract,
  method: 'post',
  path: '/v1/batches/{id}/cancel',
  ...permit('scans:write'),
})

export function cancelBatch(app: Api, { db }: Deps) {
  const answer = async (c: Context<ApiEnv>, id: string) => {
    await batchOf(c, id)
    if (await askBatchCancel(db, id)) await writeAudit(db, auditBy(c, 'batch.cancel', { kind: 'batch', id }))
    const batch = await batchOf(c, id)
    const document = await documentOf(c, batch)
    return isBatchFinal(batch.status) ? c.json(document, 200) : c.json(document, 202)
  }
  app.openapi(remove, (c) => answer(c, c.req.valid('param').id))
  app.openapi(cancel, (c) => answer(c, c.req.valid('param').id))
}
