import { createRoute, z } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import { listAudit, verifyAudit, writeAudit } from '#db/queries/audit.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const pageRows = 500

const download = createRoute({
  method: 'get',
  path: '/v1/audit',
  tags: ['Audit'],
  summary: 'Export what was done in the organisation, as JSON Lines',
  description:
    'One entry a line, the oldest first: who, what, to what, from where, in which request, and its place in the chain.',
  ...permit('audit:read'),
  request: {
    query: z.strictObject({
      after: z.uuid().optional().openapi({ description: 'The `id` of the last entry that one has.' }),
    }),
  },
  responses: {
    200: { description: 'Lines of JSON.', content: { 'application/jsonl': { schema: z.string() } } },
    ...refusals('invalid-input'),
  },
})

export function exportAudit(app: Api, { db }: Deps) {
  app.openapi(download, async (c) => {
    const { organisationId } = c.get('actor')
    const { after } = c.req.valid('query')
    await writeAudit(db, auditBy(c, 'audit.export', null))
    c.header('Content-Type', 'application/jsonl; charset=utf-8')
    // The types know JSON and text only.
    return stream(c, async (out) => {
      let last = after ?? null
      for (;;) {
        const entries = await listAudit(db, { organisationId, after: last, limit: pageRows })
        for (const { at_micros: _, link, values, personal, ...entry } of entries)
          await out.write(
            `${JSON.stringify({ ...entry, personal: values ?? {}, personalHashes: personal, link: link?.toString('hex') ?? null })}\n`,
          )
        if (entries.length < pageRows || out.aborted) return
        last = entries.at(-1)!.id
      }
    }) as never
  })
}

const verify = createRoute({
  method: 'get',
  path: '/v1/instance/audit',
  tags: ['Instance'],
  summary: 'Follow the chain of the whole audit from its beginning',
  ...permit('instance:operate'),
  responses: {
    200: json(
      '`brokenAt` is null where every entry is what it was and stands where it stood.',
      z
        .object({
          sealed: z.int(),
          notSealedYet: z.int(),
          erased: z.int().openapi({ description: 'Personal values that were erased, and cannot be checked.' }),
          brokenAt: z.object({ serial: z.string(), entryId: z.uuid() }).nullable(),
          head: z.string().openapi({ description: 'Written down, it tells later that nothing was cut off behind it.' }),
        })
        .openapi('AuditVerdict'),
    ),
    ...refusals(),
  },
})

export function verifyAuditRoute(app: Api, { db }: Deps) {
  app.openapi(verify, async (c) => c.json(await verifyAudit(db), 200))
}
