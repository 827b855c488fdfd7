import { readFileSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'

/**
 * What a proof changes in the product, entered by `NODE_OPTIONS=--import ./test/chaos/edits.ts`, so that no product file names it:
 * a control takes a part of the protocol out (RECON=0: nobody rings for what was forgotten; FENCE=0: a stale worker may write, and a second result is kept),
 * a crash point ends the process at a named moment, once, when the file `CRASH_FILE` says its name; `POISON` is a target that ends each worker that takes it;
 * `CLOCK_AHEAD_MILLIS` sets this process' clock wrong. A text that is no longer there is an error: an edit that changes nothing would prove nothing.
 */
interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

const controls: readonly (Edit & { readonly off: boolean })[] = [
  {
    off: process.env['RECON'] === '0',
    file: 'workers/queue/reconcile.ts',
    from: 'export async function reconcile(deps: ReconcileDeps): Promise<void> {',
    to: 'export async function reconcile(deps: ReconcileDeps): Promise<void> { return;',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'db/queries/claims.ts',
    from: " and attempt = ${attempt} and status = 'running'",
    to: '',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'db/queries/claims.ts',
    from: 'on conflict (scan_id, scanner) do nothing',
    to: '',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'workers/jobs/lease.ts',
    from: 'const hasLapsed = () => performance.now() - renewedAt > leaseSeconds * 1000',
    to: 'const hasLapsed = () => false',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'db/migrations/2026-11-25-scans.ts',
    from: 'primary key (scan_id, scanner)',
    to: 'check (attempt > 0)',
  },
]

/** Each moment, and the text that it follows. */
const moments: Readonly<Record<string, { readonly file: string; readonly after: string }>> = {
  'the scan is made, its transaction open': {
    file: 'workers/queue/begin-scan.ts',
    after: '  await scan.alongside?.(db, made)\n',
  },
  'the scan is committed, nobody rung for': {
    file: 'workers/queue/begin-scan.ts',
    after: '  const made = await db.transaction().execute(work)\n',
  },
  'rung for, not answered': {
    file: 'apps/api/routes/scans/submit.ts',
    after: "  c.header('Location', links.self)\n",
  },
  claimed: { file: 'workers/jobs/run-scan.ts', after: "  log.info(about, 'scan begins')\n" },
  'the right to scan is noted': {
    file: 'workers/jobs/run-scan.ts',
    after: '    running = await authorised(scan, lease, context, onBug)\n',
  },
  'a scanner has ended, nothing kept': {
    file: 'workers/jobs/run-scan.ts',
    after: '    const touches = right.touches()\n',
  },
  'its result is kept': {
    file: 'workers/jobs/run-scan.ts',
    after: '    await persist(() => endRun(db, scan, run, kept), lease.isHeld)\n',
  },
  'all runs have ended, the scan has not': {
    file: 'workers/jobs/run-scan.ts',
    after: '    await runAll(scan, lease, context, { onBug, isCancelled: () => cancelled.signal.aborted })\n',
  },
  'the scan is ended, its transaction open': {
    file: 'workers/queue/finish-scan.ts',
    after: '  await endScan(db, claim, status, reason)\n',
  },
  'judged, its transaction open': {
    file: 'workers/queue/finish-scan.ts',
    after: '  await noteEvent(db, `scan.${status}`, { scanId: claim.id })\n',
  },
  'the scan has ended, its job has not': {
    file: 'workers/jobs/run-scan.ts',
    after: '      const isOurs = await finish()\n',
  },
  'the forgotten are taken, not rung for': {
    file: 'workers/queue/reconcile.ts',
    after: '      batches: await takeUnreadBatches(db, { ringAgainSeconds, limit: ringsAtOnce }),\n    }\n  })\n',
  },
}
export const momentNames = Object.keys(moments)

const { CRASH_FILE: crashFile, POISON: poison, CLOCK_AHEAD_MILLIS: clockAhead } = process.env

function editsOf(): Edit[] {
  const edits: Edit[] = controls.filter(({ off }) => off)
  if (crashFile !== undefined)
    for (const [name, { file, after }] of Object.entries(moments))
      edits.push({ file, from: after, to: `${after};globalThis.crashAt(${JSON.stringify(name)});\n` })
  if (poison !== undefined) {
    const from = "  log.info(about, 'scan begins')\n"
    const to = `${from}  if (scan.target.canonical === ${JSON.stringify(poison)}) process.kill(process.pid, 'SIGKILL')\n`
    edits.push({ file: 'workers/jobs/run-scan.ts', from, to })
  }
  return edits
}

Object.assign(globalThis, {
  crashAt(name: string) {
    let armed = ''
    try {
      armed = readFileSync(crashFile!, 'utf8')
    } catch {
      return
    }
    if (armed !== name && armed !== `throw ${name}`) return
    rmSync(crashFile!, { force: true })
    if (armed === name) process.kill(process.pid, 'SIGKILL')
    else
      setImmediate(() => {
        throw new Error('a bug that nobody catches')
      })
  },
})
if (clockAhead !== undefined) {
  const now = Date.now.bind(Date)
  Date.now = () => now() + Number(clockAhead)
}

const edits = editsOf()
if (edits.length > 0)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const wanted = edits.filter(({ file }) => url.endsWith(`/${file}`))
      if (wanted.length === 0) return loaded
      let source = Buffer.from(loaded.source as Uint8Array).toString()
      for (const { file, from, to } of wanted) {
        if (!source.includes(from)) throw new Error(`this edit is out of date: ${file} no longer says ${from}`)
        source = source.replaceAll(from, to)
      }
      return { ...loaded, source }
    },
  })
