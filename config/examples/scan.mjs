// Scans hosts side by side and prints what each shows, the worst first:
//   PORTLIGHT_URL=http://localhost:3000 PORTLIGHT_KEY=pl_… node scan.mjs example.org www.example.org
// Exit code 0: nothing severe. 1: something is. 2: a host was not scanned, or not to its end.
import { connect, NoAnswer, Problem } from 'portlight-client'

const { PORTLIGHT_URL = 'http://localhost:3000', PORTLIGHT_KEY = '' } = process.env
const portlight = connect({ url: PORTLIGHT_URL, key: PORTLIGHT_KEY })
const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('interrupted; the scans go on')))

async function report(target) {
  const scan = await portlight.scan(target, {
    // What was told within the last hour need not be asked again.
    maxAge: 3600,
    signal: stop.signal,
    onChange: ({ status, version }) => console.error(`${target}: ${status} (${version})`),
  })
  for (const run of scan.runs)
    if (run.status !== 'completed') console.log(`${target}\t${run.scanner}\t${run.status}\t${run.reason}`)
  for (const { severity, title, subject, verdict, reason } of scan.findings)
    console.log(`${target}\t${verdict === 'unknown' ? `could not tell (${reason})` : severity}\t${title}\t${subject}`)
  if (scan.status !== 'completed') return 2
  return scan.findings.some(({ severity, verdict }) => verdict === 'present' && severity === 'high') ? 1 : 0
}

const codes = await Promise.all(
  process.argv.slice(2).map((target) =>
    report(target).catch((error) => {
      // A problem's code is stable: what it means, and what to do, stands at /docs/errors/CODE.
      const code = error instanceof Problem ? ` (${error.code})` : error instanceof NoAnswer ? ' (ask again later)' : ''
      console.error(`${target}: ${error.message}${code}`)
      return 2
    }),
  ),
)
process.exitCode = Math.max(0, ...codes)
