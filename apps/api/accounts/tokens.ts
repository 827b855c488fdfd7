import type { Context } from 'hono'
import type { ApiEnv } from '../app.ts'
import { accessTokenSeconds, type AccessTokenSubject } from '../credentials/access-token.ts'
import { dropCookies, writeCookie } from '../credentials/cookies.ts'
import type { Credentials } from '../credentials/credentials.ts'

/** What a signed-in client holds. */
export interface Tokens {
  readonly subject: AccessTokenSubject
  readonly accessToken: string
  readonly accessTokenSeconds: number
  readonly refreshToken: string
  readonly isRemembered: boolean
  /** End of the session, whatever is done in it. */
  readonly expiresAt: Date
}

export interface TokenFacts extends Omit<Tokens, 'accessToken' | 'accessTokenSeconds' | 'refreshToken'> {
  readonly generation: number
}

export async function makeTokens(credentials: Credentials, facts: TokenFacts): Promise<Tokens> {
  const { generation, ...kept } = facts
  return {
    ...kept,
    accessToken: await credentials.accessTokens.sign(facts.subject),
    accessTokenSeconds,
    refreshToken: credentials.refreshTokens.sign({ sessionId: facts.subject.sessionId, generation }),
  }
}

/** Gives them to a browser, whose scripts never see them. Without "remember me" they go when it is closed. */
export function writeTokens(c: Context<ApiEnv>, { accessToken, refreshToken, isRemembered, expiresAt }: Tokens): void {
  const secondsLeft = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000))
  writeCookie(c, 'access', accessToken, accessTokenSeconds)
  writeCookie(c, 'refresh', refreshToken, isRemembered ? secondsLeft : null)
}

/** The browser forgets what it kept of the session (W3C Clear Site Data); the device it is known as stays. */
export function dropTokens(c: Context<ApiEnv>): void {
  dropCookies(c, 'access', 'refresh')
  c.header('Clear-Site-Data', '"cache", "storage"')
}
