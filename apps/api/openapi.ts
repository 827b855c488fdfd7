import type { Api } from './app.ts'
import { problems } from './problems.ts'

/** Serves the OpenAPI 3.1 document that the routes' schemas make. */
export function describe(app: Api): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key `pl_…`.',
  })
  app.get('/openapi.json', (c) => c.json(withIdempotencyKeys(app.getOpenAPI31Document(about()))))
}

const about = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Portlight',
    version: '1',
    description: `Submit a host you own, poll the scan, read what it shows.\n\nProblems (RFC 9457) carry a stable \`code\`:\n\n${problemTable()}`,
    license: { name: 'Apache-2.0' },
  },
  security: [{ apiKey: [] }],
})

type Document = ReturnType<Api['getOpenAPI31Document']>

/** What `permit` lets every POST take, so that no route has to say it. */
function withIdempotencyKeys(document: Document): Document {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    if (item.post === undefined || item.post['x-permission'] === 'none') return [path, item]
    const { parameters = [], responses = {} } = item.post
    const post = { ...item.post, parameters: [...parameters, idempotencyKey], responses: withRefusals(responses) }
    return [path, { ...item, post }]
  })
  return { ...document, paths: Object.fromEntries(paths) as NonNullable<Document['paths']> }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  description:
    'The same request with the same key gets the same answer for a day, and does its work once. The key is this credential’s own.',
} as const

/** The two refusals that come with it, beside those of the same status. */
function withRefusals(responses: object): object {
  const known = responses as Record<string, { description: string } | undefined>
  const codes = ['request-in-progress', 'idempotency-key-reused', 'invalid-input'] as const
  return codes.reduce((all, code) => {
    const status = String(problems[code].status)
    const before = all[status]
    if (before?.description.includes(`\`${code}\``)) return all
    const description = before === undefined ? `\`${code}\`` : `${before.description}, \`${code}\``
    const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
    return { ...all, [status]: { content, ...before, description } }
  }, known)
}

const problemTable = () =>
  [
    '| status | code | meaning |',
    '|---|---|---|',
    ...Object.entries(problems).map(([code, { status, meaning }]) => `| ${status} | \`${code}\` | ${meaning} |`),
  ].join('\n')
