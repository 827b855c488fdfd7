import type { Api } from './app.ts'
import { problems } from './problems.ts'

/** Serves the OpenAPI 3.1 document that the routes' schemas make. */
export function describe(app: Api): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key `pl_…`.',
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Portlight',
      version: '1',
      description: `Submit a host you own, poll the scan, read what it shows.\n\nProblems (RFC 9457) carry a stable \`code\`:\n\n${problemTable()}`,
      license: { name: 'Apache-2.0' },
    },
    security: [{ apiKey: [] }],
  })
}

const problemTable = () =>
  [
    '| status | code | meaning |',
    '|---|---|---|',
    ...Object.entries(problems).map(([code, { status, meaning }]) => `| ${status} | \`${code}\` | ${meaning} |`),
  ].join('\n')
