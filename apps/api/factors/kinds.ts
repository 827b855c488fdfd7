import { z } from '@hono/zod-openapi'

/** What somebody shows beside, or in place of, a password. */
export const proofs = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mailed-code'), code: z.string().max(40) }),
    z.strictObject({ kind: z.literal('totp'), code: z.string().max(40) }),
    z.strictObject({ kind: z.literal('recovery-code'), code: z.string().max(80) }),
    z.strictObject({
      kind: z.literal('passkey'),
      response: z
        .looseObject({ id: z.string().max(2000) })
        .openapi({ description: 'AuthenticationResponseJSON (WebAuthn Level 3 §5.1).' }),
    }),
  ])
  .openapi('Proof')
export type Proof = z.output<typeof proofs>

export const factorKinds = ['mailed-code', 'totp', 'recovery-code', 'passkey'] as const satisfies Proof['kind'][]
export type FactorKind = Proof['kind']
