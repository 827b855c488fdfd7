import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { startProcess } from '#test/support/processes.ts'

const find = (name: string) =>
  ['/usr/sbin', '/usr/bin', '/usr/local/bin'].map((folder) => join(folder, name)).find((path) => existsSync(path))
const [haproxy, openssl] = [find('haproxy'), find('openssl')]
const isThere = haproxy !== undefined && openssl !== undefined
if (!isThere) console.log('skipped: there is no haproxy, or no openssl, on this machine')

test.runIf(isThere)(
  'behind the example proxy clients are known by their own address, and by none that they name',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portlight-proxy-'))
    const [key, cert, pem] = ['key', 'crt', 'pem'].map((end) => join(folder, `proxy.${end}`)) as [
      string,
      string,
      string,
    ]
    const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync(openssl!, [...asked, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' })
    writeFileSync(pem, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o600 })
    const database = await createTestDatabase()
    const [port, front] = [await freePort(), await freePort()]
    const env = {
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      PORT: String(port),
      PUBLIC_URL: `https://localhost:${front}`,
      TRUSTED_PROXIES: '127.0.0.1',
    }
    expect(await startProcess('apps/migrate/main.ts', env).ended).toBe(0)
    const api = startProcess('apps/api/main.ts', env)
    await api.saying('listening')
    const proxy = spawn(haproxy!, ['-db', '-q', '-f', 'config/examples/haproxy.cfg'], {
      env: {
        ...process.env,
        PORTLIGHT_BIND: `127.0.0.1:${front}`,
        PORTLIGHT_PEM: pem,
        PORTLIGHT_API: `127.0.0.1:${port}`,
      },
      stdio: 'ignore',
    })
    const send = async (method: string, path: string, headers: Record<string, string> = {}, body = '') => {
      const asking = request({ port: front, host: '127.0.0.1', method, path, headers, rejectUnauthorized: false })
      asking.end(body)
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
    }
    // The proxy takes a moment to start, and another to find the API ready.
    const status = async () => (await send('GET', '/readyz').catch(() => null))?.status
    await expect.poll(status, { timeout: 10_000 }).toBe(200)

    const secure = await send('GET', '/healthz')
    expect([secure.status, secure.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
    const authorization = `Bearer ${readFileSync(join(folder, 'api-key'), 'utf8').trim()}`
    const spoofed = { authorization, 'x-forwarded-for': '192.0.2.66', 'content-type': 'application/json' }
    const answer = await send('PUT', '/v1/outward', spoofed, '{"isOff":false}')
    expect(answer.status).toBe(204)
    const noted = await database.db.selectFrom('audit_values').select('value').where('name', '=', 'address').execute()
    expect(noted).toEqual([{ value: '127.0.0.1' }])

    proxy.kill()
    await once(proxy, 'exit')
    await api.stop()
    await database.drop()
  },
)
