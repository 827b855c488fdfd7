import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { SignedIn } from '../accounts/enter.ts'
import { type Tokens, writeTokens } from '../accounts/tokens.ts'
import type { ApiEnv } from '../app.ts'
import { addDevice } from '../credentials/device-token.ts'
import { readCookie, writeCookie } from '../credentials/cookies.ts'

/** How a client wants to hold its tokens. */
export const heldAs = z
  .enum(['bearer', 'cookie'])
  .default('bearer')
  .openapi({ description: '`cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.' })

export const signedInDocument = z
  .object({
    status: z.literal('signed-in'),
    sessionExpiresAt: z.iso.datetime(),
    accessToken: z.string().optional(),
    tokenType: z.literal('Bearer').optional(),
    expiresIn: z.int().optional().openapi({ description: 'Seconds.' }),
    refreshToken: z.string().optional(),
    deviceToken: z
      .string()
      .optional()
      .openapi({ description: 'Send it as `device` at the next sign-in: it needs no second factor then.' }),
  })
  .openapi('SignedIn')

const deviceSeconds = 400 * 24 * 3600

export function giveTokens(c: Context<ApiEnv>, tokens: Tokens, device: string | null, as: 'bearer' | 'cookie') {
  const known = { status: 'signed-in' as const, sessionExpiresAt: tokens.expiresAt.toISOString() }
  if (as === 'cookie') {
    writeTokens(c, tokens)
    if (device !== null) writeCookie(c, 'device', addDevice(readCookie(c, 'device'), device), deviceSeconds)
    return known
  }
  return {
    ...known,
    accessToken: tokens.accessToken,
    tokenType: 'Bearer' as const,
    expiresIn: tokens.accessTokenSeconds,
    refreshToken: tokens.refreshToken,
    ...(device === null ? {} : { deviceToken: device }),
  }
}

export const giveSignedIn = (c: Context<ApiEnv>, { tokens, deviceToken }: SignedIn, as: 'bearer' | 'cookie') =>
  giveTokens(c, tokens, deviceToken, as)
