import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { request } from 'node:https'
import { expect, test } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { createTestDatabase } from '#test/support/database.ts'
import { startProcess } from '#test/support/processes.ts'

const openssl = ['/usr/bin/openssl', '/usr/local/bin/openssl'].find((path) => existsSync(path))
if (openssl === undefined) console.log('skipped: there is no openssl on this machine')

function makeCertificate(folder: string, name: string) {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync(openssl!, [...asked, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.cert], {
    stdio: 'ignore',
  })
  return files
}

test.runIf(openssl)(
  'https is served, says so for a year, and takes up a renewed certificate without a restart',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portlight-https-'))
    const [first, renewed] = [makeCertificate(folder, 'first.test'), makeCertificate(folder, 'renewed.test')]
    const database = await createTestDatabase()
    const port = await freePort()
    const env = {
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      PORT: String(port),
      TLS_CERT_FILE: first.cert,
      TLS_KEY_FILE: first.key,
      PUBLIC_URL: `https://localhost:${port}`,
    }
    expect(await startProcess('apps/migrate/main.ts', env).ended).toBe(0)
    const api = startProcess('apps/api/main.ts', env)
    await api.saying('listening')

    const nameShown = async () => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { CN } = socket.getPeerCertificate().subject
      socket.destroy()
      return CN
    }
    expect(await nameShown()).toBe('first.test')
    const asked = request({ port, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false }).end()
    const [answer] = (await once(asked, 'response')) as [{ headers: Record<string, string>; resume(): void }]
    answer.resume()
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
    const old = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    await expect(once(old, 'secureConnect')).rejects.toThrow()

    renameSync(renewed.cert, first.cert)
    renameSync(renewed.key, first.key)
    api.child.kill('SIGHUP')
    await api.saying('a new certificate of our own is in use')
    expect(await nameShown()).toBe('renewed.test')
    await api.stop()
    await database.drop()
  },
)
