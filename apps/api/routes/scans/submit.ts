import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '#db/model/errors.ts'
import { denialOf } from '#db/model/permission.ts'
import { isFinal, maxAgeSecondsAtMost } from '#db/model/scan.ts'
import { submittingTogether } from '#workers/queue/submit-together.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import type { Context } from 'hono'
import type { Submission } from '#db/queries/scans.ts'
import type { Api, ApiEnv, Deps } from '../../app.ts'
import { linksOf } from '#workers/documents/scan.ts'
import { scanStatus, scanLinks } from '../../documents/scan.ts'
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
  lane: z.enum(['interactive', 'bulk']).optional().openapi({
    description: '`bulk` lets every scan go first that somebody waits for; `interactive` when left out.',
  }),
  maxAge: z.int().min(0).max(maxAgeSecondsAtMost).optional().openapi({
    description:
      'Seconds. A scanner that told the same target the same question within this time is not asked again: its run is taken over (`fromCache`). An open scan that asks exactly this is given in place of a new one.',
  }),
  attest: sentence.optional().openapi({
    description:
      'By what right you scan it, in a sentence that stands on every run. Only who runs this instance may (`targets:attest`); everybody else proves it.',
  }),
})

const accepted = z
  .object({
    id: z.uuid(),
    status: scanStatus,
    deadline: z.iso.datetime(),
    isNew: z.boolean().openapi({
      description:
        'False where `maxAge` was met by a scan that was already open, or an earlier try of this request made the scan.',
    }),
    links: scanLinks,
  })
  .openapi('AcceptedScan')

export const acceptedAnswer = {
  ...json('Accepted: poll `Location` until the status is final.', accepted),
  headers: z.object({ Location: z.string(), 'Retry-After': z.string() }),
}

/** 202 with where to poll, and when. */
export function answerAccepted(c: Context<ApiEnv>, made: Submission, openScanners: readonly string[]) {
  const { id, status, deadline, isNew } = made
  const links = linksOf(id)
  c.header('Location', links.self)
  if (!isFinal(status)) c.header('Retry-After', c.get('retryAfter')({ status, runningSeconds: 0, openScanners }))
  return c.json({ id, status, deadline: deadline.toISOString(), isNew, links }, 202)
}

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
    202: acceptedAnswer,
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
      'queue-full',
    ),
  },
})

export function submitScan(app: Api, deps: Deps) {
  const submit = submittingTogether(deps)
  app.openapi(route, async (c) => {
    const { target, scanners, attest, maxAge, lane } = c.req.valid('json')
    if (attest !== undefined) {
      const denial = denialOf(c.get('actor'), 'targets:attest')
      if (denial !== null) return problem(c, denial, { detail: 'Only who runs this instance may attest.' }) as never
      if (!deps.site.attestation) throw new DomainError('attestation-off', 'This instance takes proofs only.')
    }
    const made = await submit(c.get('actor'), {
      target,
      scanners,
      requestKey: c.get('requestKey') ?? null,
      requestId: c.get('requestId'),
      attestation: attest === undefined ? null : { by: c.get('actor'), sentence: attest },
      maxAgeSeconds: maxAge ?? null,
      lane,
    })
    return answerAccepted(c, made, Object.keys(scanners ?? scanPlan.shape))
  })
}
