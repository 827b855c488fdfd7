import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Key } from '#db/queries/keys.ts'

export const accessTokenSeconds = 15 * 60
/** How far the clocks of two of our machines may be apart. */
const skewSeconds = 5
const longestToken = 2048
const algorithm = 'EdDSA'
const type = 'at+jwt'

/** Whom a token is for; what this person may do the database says. */
export interface AccessTokenSubject {
  readonly userId: string
  readonly sessionId: string
  readonly organisationId: string
}

/** Why a token is no good, for the log; the caller hears 401 and nothing else. */
export type TokenFlaw = 'malformed' | 'header' | 'unknown-key' | 'signature' | 'expired' | 'claims'

export interface AccessTokens {
  sign(subject: AccessTokenSubject): Promise<string>
  verify(token: string): Promise<AccessTokenSubject | TokenFlaw>
}

/** Access tokens (RFC 9068) by one pinned algorithm. The first key signs, all of them check, and `kid` picks among these alone (RFC 8725 §3.1, §3.10). */
export function accessTokens(
  keys: readonly [Key, ...Key[]],
  issuer: string,
  nowSeconds = () => Math.floor(Date.now() / 1000),
): AccessTokens {
  const audience = `${issuer}/v1`
  const pairs = new Map(keys.map(({ id, secret }) => [id, pairOf(secret.reveal())]))
  const [{ id: kid }] = keys
  const { privateKey } = pairs.get(kid)!

  return {
    sign: ({ userId, sessionId, organisationId }) => {
      const iat = nowSeconds()
      return new SignJWT({ sid: sessionId, org: organisationId })
        .setProtectedHeader({ alg: algorithm, typ: type, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(iat)
        .setExpirationTime(iat + accessTokenSeconds)
        .setJti(randomUUID())
        .sign(privateKey)
    },

    verify: async (token) => {
      const header = headerOf(token)
      if (header === null) return 'malformed'
      if (!exactHeader.safeParse(header).success) return 'header'
      const { publicKey } = pairs.get((header as { kid: string }).kid) ?? {}
      if (publicKey === undefined) return 'unknown-key'
      const now = nowSeconds()
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [algorithm],
          typ: type,
          issuer,
          audience,
          currentDate: new Date(now * 1000),
        })
        const claims = exactClaims.safeParse(payload)
        if (!claims.success) return 'claims'
        const { iat, exp, aud, sub, sid, org } = claims.data
        if (aud !== audience || iat > now + skewSeconds || exp - iat > accessTokenSeconds) return 'claims'
        return { userId: sub, sessionId: sid, organisationId: org }
      } catch (error) {
        return flawOf(error)
      }
    },
  }
}

const exactHeader = z.strictObject({ alg: z.literal(algorithm), typ: z.literal(type), kid: z.uuid() })
const exactClaims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.uuid(),
  sid: z.uuid(),
  org: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
})

function pairOf(der: Buffer): { privateKey: KeyObject; publicKey: KeyObject } {
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** Null for what is not three parts of base64url in its one canonical form: a token has one spelling. */
function headerOf(token: string): unknown {
  if (token.length > longestToken) return null
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.every(isCanonical)) return null
  try {
    return JSON.parse(Buffer.from(parts[0]!, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

const isCanonical = (part: string) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part

function flawOf(error: unknown): TokenFlaw {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JOSEError) return 'claims'
  throw error
}
