import type { Configuration, CustomFetchOptions } from 'openid-client'
import { z } from 'zod'
import type { Identity } from '#db/queries/identities.ts'
import type { createProviderFetch } from '#workers/network/provider-fetch.ts'
import { Unavailable } from '../problems.ts'

export interface ProviderClient {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where the provider sends people back to. */
  readonly redirectUri: string
  readonly fetch: ReturnType<typeof createProviderFetch>
}

/** What one sign-in is bound by: none of it is stored, all of it is made of the challenge. */
export interface Binding {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface ProvedIdentity extends Identity {
  /** Null where the provider does not vouch for one. */
  readonly verifiedEmail: string | null
  readonly name: string
}

export interface Provider {
  readonly issuer: string
  /** Where the person is sent. @throws Unavailable when the provider gives no answer */
  authorizationUrl(binding: Binding): Promise<string>
  /** Who came back; null for an answer that does not hold. @throws Unavailable */
  identify(callback: URL, binding: Binding): Promise<ProvedIdentity | null>
}

const profileShape = z.object({
  email: z.string().max(320).optional(),
  email_verified: z.boolean().optional(),
  name: z.string().max(1000).optional(),
})
const claimsShape = profileShape.extend({ iss: z.string().max(2000), sub: z.string().min(1).max(255) })

/** A signature that anybody with the client's secret could make is no provider's. */
const asymmetric = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/

/** Sign-in by OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce. The provider is asked for its facts when somebody first wants it. */
export function openProvider({ issuer, clientId, clientSecret, redirectUri, fetch }: ProviderClient): Provider {
  const library = () => import('openid-client')
  let discovered: Promise<Configuration> | null = null

  const discover = async (): Promise<Configuration> => {
    const { allowInsecureRequests, ClientSecretBasic, customFetch, discovery } = await library()
    const isPlain = issuer.startsWith('http:')
    return discovery(new URL(issuer), clientId, { client_secret: clientSecret }, ClientSecretBasic(clientSecret), {
      [customFetch]: (url: string, { method, headers, body }: CustomFetchOptions) =>
        fetch(url, { method, headers, body }),
      timeout: 10,
      ...(isPlain ? { execute: [allowInsecureRequests] } : {}),
    })
  }
  const configuration = async (): Promise<Configuration> => {
    discovered ??= discover()
    try {
      return await discovered
    } catch (error) {
      // It may answer the next time.
      discovered = null
      throw new Unavailable(`The sign-in provider gave no usable answer (${wordOf(error)}).`)
    }
  }

  return {
    issuer,
    authorizationUrl: async ({ state, nonce, verifier }) => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library()
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      return url.href
    },
    identify: async (callback, { state, nonce, verifier }) => {
      const { authorizationCodeGrant, fetchUserInfo } = await library()
      const config = await configuration()
      try {
        const tokens = await authorizationCodeGrant(config, callback, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        if (!asymmetric.test(algorithmOf(tokens.id_token ?? ''))) return null
        const claims = claimsShape.safeParse(tokens.claims())
        if (!claims.success) return null
        const { iss, sub } = claims.data
        // Not every provider puts them into the token (OpenID Connect Core §5.4).
        const facts =
          claims.data.email === undefined
            ? profileShape.safeParse(await fetchUserInfo(config, tokens.access_token, sub)).data
            : claims.data
        const { email, email_verified, name } = facts ?? {}
        return {
          issuer: iss,
          subject: sub,
          verifiedEmail: email_verified === true ? (email ?? null) : null,
          name: name ?? '',
        }
      } catch (error) {
        if (isOurs(error)) throw new Unavailable(`The sign-in provider gave no usable answer (${wordOf(error)}).`)
        // Keys may have been rotated since: the next one reads them anew.
        discovered = null
        return null
      }
    },
  }
}

/** The door's words for an answer that did not come. */
const isOurs = (error: unknown) =>
  error instanceof Error &&
  /^(refused|silent|unreachable|resolver-failed|name-not-found|too-large|protocol-error|bad-certificate|not-allowed)/.test(
    wordOf(error),
  )

const wordOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : 'unknown'

function algorithmOf(token: string): string {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
    return String((header as { alg?: unknown }).alg)
  } catch {
    return ''
  }
}
