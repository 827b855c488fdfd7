import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { freePort } from '#apps/up/free-port.ts'
import type { Evidence } from '#db/model/finding.ts'
import { escapeHtml } from '#db/model/text.ts'
import { openBrowser } from '#test/support/browser.ts'
import { startPortlight } from '#test/support/portlight.ts'
import { linesOf, subjectOf } from '#workers/documents/alert.ts'
import { composeMail } from '#workers/queue/compose-mail.ts'

/**
 * `npm run pictures -- FOLDER`: how a mail, a page of a PDF and a difference on a terminal look, as PNG files for people to look at.
 * Wants Chromium and pdftoppm; a Portlight is started on loopback, and scans a host there twice.
 */
const folder = process.argv[2]
if (folder === undefined) {
  console.error('Give the folder that the pictures go to.')
  process.exit(2)
}
mkdirSync(folder, { recursive: true })
const browser = await openBrowser()
if (browser === null) process.exit(1)

const ftp = (port: number) =>
  createServer((socket) => socket.on('error', () => {}).end('220 lab FTP server ready\r\n')).listen(port, '127.0.0.1')
const first = ftp(0)
await once(first, 'listening')
const ports = [(first.address() as AddressInfo).port, await freePort()]
const portlight = await startPortlight({ SCAN_ALLOW: '127.0.0.0/8', DNS_SERVERS: '127.0.0.1:9' })
await portlight.untilSays(/Ctrl-C stops all of it/)

/** A difference and a finding are no failure of the command. */
const cli = (...words: string[]): Promise<string> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH']!, DATA_DIR: portlight.dataDir }
    execFile(process.execPath, ['apps/cli/main.ts', ...words], { env }, (_error, out) => resolve(out))
  })
const scan = async () =>
  (
    JSON.parse(await cli('scan', '127.0.0.1', '--scanner', 'ports', '--ports', ports.join(','), '--json')) as {
      id: string
    }
  ).id

try {
  await cli('watch', '127.0.0.1')
  const before = await scan()
  const second = ftp(ports[1]!)
  await once(second, 'listening')
  const after = await scan()
  const diff = await cli('diff', before, after)
  await picture(
    'terminal-diff',
    `<pre style="background:#111;color:#eee;padding:1em;font:14px/1.4 monospace">$ portlight diff ${before} ${after}\n${escapeHtml(diff)}</pre>`,
  )

  const pdf = join(folder, 'report.pdf')
  rmSync(pdf, { force: true })
  await cli('report', '127.0.0.1', '--format', 'pdf', '--output', pdf)
  execFileSync('pdftoppm', ['-png', '-r', '80', '-f', '1', '-l', '1', '-singlefile', pdf, join(folder, 'report-page')])

  const { findings } = (await (await portlight.get('/v1/findings')).json()) as {
    findings: { subject: string; evidence: Evidence | null }[]
  }
  const alerts = [
    {
      id: before,
      at: new Date(),
      severity: 'medium' as const,
      scanId: after,
      targetId: before,
      canonical: '127.0.0.1',
      display: '127.0.0.1',
      changes: findings.map(({ subject, evidence }) => ({
        findingId: before,
        kind: 'opened' as const,
        state: 'open' as const,
        rule: 'ports/cleartext-protocol',
        scanner: 'ports',
        severity: 'medium' as const,
        subject,
        addresses: ['127.0.0.1'],
        evidence,
      })),
    },
  ]
  const facts = { title: subjectOf(alerts), lines: linesOf(alerts) }
  const mail = { kind: 'alert' as const, recipient: 'ada@example.org', challengeId: null, facts }
  const keys = { publicUrl: portlight.url } as Parameters<typeof composeMail>[2]
  // An alert is made of its facts: nothing is looked up.
  const composed = await composeMail(null as never, { id: before, ...mail }, keys, 'en')
  if ('reason' in composed) throw new Error(composed.reason)
  await picture('mail', composed.html)
  writeFileSync(join(folder, 'mail.txt'), `${composed.subject}\n\n${composed.text}`)
  console.log(`Written to ${folder}: ${['terminal-diff.png', 'report-page.png', 'mail.png', 'mail.txt'].join(', ')}`)
} finally {
  await browser.close()
  await portlight.stop()
  rmSync(dirname(portlight.dataDir), { recursive: true, force: true })
}
process.exit(0)

async function picture(name: string, body: string): Promise<void> {
  const page = await browser!.newPage({ viewport: { width: 800, height: 400 } })
  await page.setContent(body)
  await page.screenshot({ path: join(folder!, `${name}.png`), fullPage: true })
  await page.close()
}
