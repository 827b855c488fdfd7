import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError } from '#db/model/errors.ts'
import { signedRecord, signRecord } from '#db/model/record.ts'
import { isFinal } from '#db/model/scan.ts'
import { words } from '#db/model/words/index.ts'
import { type Language, languages } from '#db/model/words/language.ts'
import { calendarNow } from '#db/queries/clock.ts'
import { findOrganisation } from '#db/queries/organisations.ts'
import { missingScan } from '#db/queries/retention.ts'
import { findScan } from '#db/queries/scans.ts'
import { findTarget, reachOf } from '#db/queries/targets.ts'
import { formats, type ReportFormat, reportFormats } from '#workers/documents/report/formats.ts'
import { type Report, reportOfFindings, reportOfScan } from '#workers/documents/report/report.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { documentOf } from '../../documents/read-scan.ts'
import { permit } from '../../permit.ts'
import { refusals } from '../answers.ts'
import { noTarget } from '../targets/targets.ts'

const params = z.object({ id: z.uuid() })
const query = z.strictObject({
  format: z.enum(reportFormats).default('html').openapi({
    description:
      '`html` is one page without script or links; `pdf` is tagged; `csv` is safe for spreadsheets; `sarif` is 2.1.0.',
  }),
  language: z
    .enum(languages)
    .default('en')
    .openapi({ description: 'Of `html`, `pdf` and `markdown`; what programs read is English always.' }),
})
const answer = {
  description: 'The report, as a file.',
  content: Object.fromEntries(Object.values(formats).map(({ type }) => [type.split(';')[0]!, { schema: z.string() }])),
}

/** A page that is one's own and may do nothing: no script, no frame, no request. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

interface Wanted {
  readonly format: ReportFormat
  readonly language: Language
}

async function send(
  c: Context<ApiEnv>,
  { format, language: named }: Wanted,
  make: (language: Language) => Promise<Report>,
) {
  const { type, extension, isForPeople, write } = formats[format]
  const language = isForPeople ? named : 'en'
  const report = await make(language)
  const name = `portlight-${report.about.replaceAll(/[^a-z0-9.-]+/gi, '-').slice(0, 80)}.${extension}`
  c.header('Content-Type', type)
  c.header('Content-Disposition', `${format === 'html' ? 'inline' : 'attachment'}; filename="${name}"`)
  c.header('Content-Security-Policy', policy)
  if (isForPeople) c.header('Content-Language', language)
  return c.body(await write(report, language), 200) as never
}

const ofScan = createRoute({
  method: 'get',
  path: '/v1/scans/{id}/report',
  tags: ['Reports'],
  summary: 'Get a report of what one scan saw',
  ...permit('findings:read'),
  request: { params, query },
  responses: { 200: answer, ...refusals('not-found', 'gone', 'invalid-input', 'conflict') },
})

export function reportScan(app: Api, { db }: Deps) {
  app.openapi(ofScan, async (c) => {
    const reach = reachOf(c.get('actor'))
    const { id } = c.req.valid('param')
    const scan = await findScan(db, reach, id)
    if (!scan) throw await missingScan(db, reach, id)
    if (!isFinal(scan.status)) throw new DomainError('conflict', 'The scan has not ended.')
    return send(c, c.req.valid('query'), (language) => reportOfScan(db, scan, language))
  })
}

const ofTarget = createRoute({
  method: 'get',
  path: '/v1/targets/{id}/report',
  tags: ['Reports'],
  summary: 'Get a report of what stands open at a watched target',
  ...permit('findings:read'),
  request: { params, query },
  responses: { 200: answer, ...refusals('not-found', 'invalid-input') },
})

export function reportTarget(app: Api, { db }: Deps) {
  app.openapi(ofTarget, async (c) => {
    const reach = reachOf(c.get('actor'))
    const { id } = c.req.valid('param')
    const target = await findTarget(db, reach, id)
    if (!target) throw noTarget(id)
    return send(c, c.req.valid('query'), (language) => reportOfFindings(db, reach, { target }, language))
  })
}

const ofAll = createRoute({
  method: 'get',
  path: '/v1/report',
  tags: ['Reports'],
  summary: 'Get a report of what stands open at all watched targets',
  ...permit('findings:read'),
  request: { query },
  responses: { 200: answer, ...refusals('invalid-input') },
})

export function reportAll(app: Api, { db }: Deps) {
  app.openapi(ofAll, async (c) => {
    const actor = c.get('actor')
    const name = (await findOrganisation(db, actor.organisationId))?.name
    return send(c, c.req.valid('query'), (language) => {
      const organisation = name ?? words[language].report.allTargets
      return reportOfFindings(db, reachOf(actor), { organisation }, language)
    })
  })
}

const record = createRoute({
  method: 'get',
  path: '/v1/scans/{id}/record',
  tags: ['Reports'],
  summary: 'Get a signed record of a final scan',
  description:
    'The scan’s document, signed with this instance’s Ed25519 key as DSSE v1.0 says; `portlight verify` reads it offline. Whoever relies on it compares the key with the one that this instance shows.',
  ...permit('scans:read'),
  request: { params },
  responses: {
    200: {
      description: 'The record, as a file.',
      content: { 'application/json': { schema: signedRecord.openapi('SignedRecord') } },
    },
    ...refusals('not-found', 'gone', 'invalid-input', 'conflict'),
  },
})

export function recordScan(app: Api, { db, credentials }: Deps) {
  app.openapi(record, async (c) => {
    const { id } = c.req.valid('param')
    const document = await documentOf(db, reachOf(c.get('actor')), id)
    if (!isFinal(document.status)) throw new DomainError('conflict', 'The scan has not ended.')
    const [key] = credentials.keys('record')
    c.header('Content-Disposition', `attachment; filename="portlight-${id}.record.json"`)
    return c.json(signRecord({ signedAt: (await calendarNow(db)).toISOString(), scan: document }, key), 200)
  })
}
