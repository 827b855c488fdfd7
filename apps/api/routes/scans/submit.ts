import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { denialOf } from '#db/model/permission.ts'
import { isFinal } from '#db/model/scan.ts'
import { submitScan as submit } from '#workers/queue/submit-scan.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import type { Api, Deps } from '../../app.ts'
import { linksOf, scanStatus, scanLinks } from '../../documents/scan.ts'
import { jsonBody } from '../../middleware.ts'
import { problem } from '../../problems.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

export const sentence = z.string().trim().min(10).max(500)

const request = z.strictObject({
  target: z
    .string()
    .min(1)
    .max(300)
    .openapi({ description: 'A host name or an IP address that you may scan.', example: 'example.org' }),
  scanners: scanPlan
    .optional()
    .openapi({ description: 'Which scanners, each with its options; all with their defaults when left out.' }),
  attest: sentence.optional().openapi({
    description:
      'By what right you scan it, in a sentence that stands on every run. Only who runs this instance may (`targets:attest`); everybody else proves it.',
  }),
})

const accepted = z
  .object({ id: z.uuid(), status: scanStatus, deadline: z.iso.datetime(), links: scanLinks })
  .openapi('AcceptedScan')

const route = createRoute({
  method: 'post',
  path: '/v1/scans',
  tags: ['Scans'],
  summary: 'Submit a scan',
  ...permit('scans:write', jsonBody()),
  request: {
    body: { required: true, content: { 'application/json': { schema: request } } },
  },
  responses: {
    202: {
      ...json('Accepted: poll `Location` until the status is final.', accepted),
      headers: z.object({ Location: z.string(), 'Retry-After': z.string() }),
    },
    ...refusals(
      'malformed-body',
      'body-too-large',
      'unsupported-media-type',
      'invalid-input',
      'invalid-target',
      'target-refused',
      'nothing-to-run',
      'target-out-of-reach',
      'attestation-off',
    ),
  },
})

export function submitScan(app: Api, deps: Deps) {
  app.openapi(route, async (c) => {
    const { target, scanners, attest } = c.req.valid('json')
    if (attest !== undefined) {
      const denial = denialOf(c.get('actor'), 'targets:attest')
      if (denial !== null) return problem(c, denial, { detail: 'Only who runs this instance may attest.' }) as never
      if (!deps.site.attestation) throw new DomainError('attestation-off', 'This instance takes proofs only.')
    }
    const { id, status, deadline } = await submit(deps, c.get('actor'), {
      target,
      scanners,
      requestKey: c.get('requestKey') ?? null,
      requestId: c.get('requestId'),
      sentence: attest ?? null,
    })
    const links = linksOf(id)
    c.header('Location', links.self)
    const openScanners = Object.keys(scanners ?? scanPlan.shape)
    if (!isFinal(status)) c.header('Retry-After', c.get('retryAfter')({ status, runningSeconds: 0, openScanners }))
    return c.json({ id, status, deadline: deadline.toISOString(), links }, 202)
  })
}
