import { createRoute } from '@hono/zod-openapi'
import { writeAudit } from '#db/queries/audit.ts'
import { rotateKey } from '#db/queries/keys.ts'
import { auditBy } from '../../accounts/self.ts'
import type { Api, Deps } from '../../app.ts'
import { permit } from '../../permit.ts'
import { noContent, refusals } from '../answers.ts'

const rotate = createRoute({
  method: 'post',
  path: '/v1/instance/signing-key',
  tags: ['Instance'],
  summary: 'Sign access tokens with a new key from now on',
  description:
    'Tokens of the old key hold until they expire; other processes take the new key up with the first token of it that they are shown.',
  ...permit('instance:operate'),
  responses: { 204: noContent('In use.'), ...refusals() },
})

export function rotateSigningKey(app: Api, { db, masterKey, credentials }: Deps) {
  app.openapi(rotate, async (c) => {
    await db.transaction().execute(async (db) => {
      await rotateKey(db, masterKey, 'access-token')
      await writeAudit(db, auditBy(c, 'signing-key.rotate', null))
    })
    await credentials.reload({ isNow: true })
    return c.body(null, 204)
  })
}
