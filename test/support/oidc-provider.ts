import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error The package has no types.
import { Provider as AnyProvider } from 'oidc-provider'

export interface Account {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
}

export interface TestProvider {
  readonly issuer: string
  /** Who is signed in there. */
  account: Account
  /** Answers in the provider's place while it is set; false leaves the request to the provider. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null
  close(): void
}

interface Koa {
  path: string
  req: IncomingMessage
  res: ServerResponse
  respond: boolean
}

/** As much as is used of the package's provider. */
interface Library {
  use(middleware: (c: Koa, next: () => Promise<void>) => Promise<void>): void
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ params: { client_id: string } }>
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  Grant: new (facts: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}

/** A real OpenID provider on loopback, at which `account` is signed in and agrees to everything. */
export async function startOidcProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: TestProvider = {
    issuer,
    account: { sub: 'ada', email: 'ada@example.org', email_verified: true },
    fault: null,
    close: () => server.close(),
  }
  const provider = new (AnyProvider as new (issuer: string, settings: object) => Library)(issuer, {
    clients: [{ client_id: 'portlight', client_secret: 'a-secret-of-this-client', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of this test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_c: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_c: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...state.account, name: 'Ada' }),
    }),
  })
  provider.use(async (c, next) => {
    if (!c.path.startsWith('/interaction/')) return next()
    const { params } = await provider.interactionDetails(c.req, c.res)
    const grant = new provider.Grant({ accountId: state.account.sub, clientId: params.client_id })
    grant.addOIDCScope('openid email profile')
    const consent = { grantId: await grant.save() }
    c.respond = false
    await provider.interactionFinished(c.req, c.res, { login: { accountId: state.account.sub }, consent })
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (state.fault?.(request, response) !== true) answer(request, response)
  })
  return state
}
