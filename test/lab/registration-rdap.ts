import { createServer, type Server, type ServerResponse } from 'node:http'
import { rdapObject, type Registration } from './registration-records.ts'

/** How the RDAP service treats a name, chosen by the name's first label; every other label gets the honest answer. */
type Behaviour = (response: ServerResponse, domain: string, askedBefore: number) => void

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response
    .writeHead(status, { 'content-type': 'application/rdap+json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body))

const behaviours: Readonly<Record<string, Behaviour>> = {
  missing: (response) => json(response, 404, { errorCode: 404, title: 'Not Found' }),
  'lost-page': (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>'),
  throttled: (response) => json(response, 429, { errorCode: 429 }),
  'throttled-long': (response) => json(response, 429, { errorCode: 429 }, { 'retry-after': '3600' }),
  reduced: (response) => json(response, 429, { errorCode: 429 }),
  broken: (response) => json(response, 200, '{"objectClassName":"domain","ldhName":'),
  text: (response) => json(response, 200, '"str"'),
  deep: (response) => json(response, 200, `{"entities":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
  failing: (response) => json(response, 500, { errorCode: 500 }),
  // A private address that no lab opens: the door has to refuse it before a packet leaves.
  lured: (response) => response.writeHead(302, { location: 'http://10.0.0.5/domain/lured.test' }).end(),
  moved: (response, domain) => response.writeHead(302, { location: `/moved/${domain}` }).end(),
  circling: (response, domain) => response.writeHead(302, { location: `/domain/${domain}` }).end(),
  silent: () => {},
  endless: (response) => {
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.writeHead(200, { 'content-type': 'application/rdap+json' }).on('drain', pour)
    pour()
  },
  closing: (response) => void response.destroy(),
}

/** Names that get an honest answer with one thing changed. */
const changes: Readonly<Record<string, object>> = {
  'other-name': { ldhName: 'somebody-else.test' },
  'no-expiry': { events: [] },
  redacted: { events: [], redacted: [{ name: { description: 'Registry Expiration Date' }, method: 'removal' }] },
  related: { links: [{ rel: 'related', href: 'http://10.0.0.5/domain/related.test' }] },
}

/** Serves the bootstrap file and an RDAP service for `.test` on 127.0.0.1. */
export function rdapServer(registrationOf: (domain: string) => Registration, asked: string[]): Server {
  const counts = new Map<string, number>()
  return createServer((request, response) => {
    const [, directory, name = ''] = /^\/([a-z.]+)(?:\/([^/]+))?$/.exec(request.url ?? '') ?? []
    const domain = name.toLowerCase()
    const label = domain.split('.')[0] ?? ''
    asked.push(`rdap ${request.url}`)
    if (directory === 'dns.json') return json(response, 200, bootstrap(request.headers.host ?? ''))
    if (directory !== 'domain' && directory !== 'moved') return json(response, 404, { errorCode: 404 })

    const before = counts.get(domain) ?? 0
    counts.set(domain, before + 1)
    const behave = directory === 'domain' ? behaviours[label] : undefined
    if (behave) return behave(response, domain, before)
    if (label === 'busy' && before === 0) return json(response, 429, { errorCode: 429 }, { 'retry-after': '0' })
    json(response, 200, { ...rdapObject(domain, registrationOf(domain)), ...changes[label] })
  })
}

const bootstrap = (host: string) => ({
  version: '1.0',
  publication: '2026-01-01T00:00:00Z',
  services: [[['test'], [`http://${host}/`]]],
})
