import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { reportJsonSchema } from '#workers/documents/report/json.ts'
import type { Api } from './app.ts'

/** The reference page: everything comes from here, nothing is inline, and nothing is asked of anyone else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portlight API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const start = `window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, validatorUrl: null })
`

const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

export function docs(app: Api): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const answer = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
    new Response(body, {
      headers: { 'content-type': type, 'content-security-policy': policy, 'cache-control': 'max-age=3600' },
    })
  app.get('/docs', () => answer(page, 'text/html; charset=utf-8'))
  app.get('/docs/report-1.schema.json', () =>
    answer(JSON.stringify(reportJsonSchema()), 'application/schema+json; charset=utf-8'),
  )
  app.get('/docs/start.js', () => answer(start, 'text/javascript; charset=utf-8'))
  for (const [name, type] of Object.entries(assets)) {
    app.get(`/docs/${name}`, async () => answer(new Uint8Array(await readFile(join(folder, name))), type))
  }
}
