import { createRoute, z } from '@hono/zod-openapi'
import packageJson from '../../../../package.json' with { type: 'json' }
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { json, refusals } from '../answers.ts'

const instanceDocument = z
  .object({
    version: z.string(),
    publicUrl: z.string(),
    signUp: z.enum(['open', 'closed']),
    mail: z.enum(['smtp', 'page', 'none']).openapi({
      description: '`page`: nothing is sent, and mail is shown on a page of this machine.',
    }),
    signInProvider: z.string().nullable(),
    attestation: z.boolean().openapi({ description: 'Whether an admin may attest a target in place of a proof.' }),
    abuseContact: z.string().nullable().openapi({ description: 'What whoever was scanned is given to write to.' }),
    writesPerMinute: z.int(),
  })
  .openapi('Instance')

const route = createRoute({
  method: 'get',
  path: '/v1/instance',
  tags: ['Instance'],
  summary: 'Which version this is, and what its settings say to its people',
  ...permit('instance:read'),
  responses: { 200: json('As it was started.', instanceDocument), ...refusals() },
})

export function readInstance(app: Api, { site }: Deps) {
  const { publicUrl, signUp, mail, providerName, attestation, abuseContact, writesPerMinute } = site
  const told = { publicUrl, signUp, mail, signInProvider: providerName, attestation, abuseContact, writesPerMinute }
  app.openapi(route, (c) => c.json({ version: packageJson.version, ...told }, 200))
}
