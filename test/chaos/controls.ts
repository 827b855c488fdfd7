import { registerHooks } from 'node:module'

/**
 * Takes a part of the protocol out of the product, to show that a soak sees when it is missing: `node --import ./test/chaos/controls.ts …`
 * with RECON=0 (nobody rings for what was forgotten) or FENCE=0 (a stale worker may write, and a second result is kept).
 * A text that is no longer there is an error: a control that changes nothing would prove nothing.
 */
const edits: { off: boolean; file: string; from: string; to: string }[] = [
  {
    off: process.env['RECON'] === '0',
    file: 'workers/queue/reconcile.ts',
    from: 'export async function reconcile(deps: ReconcileDeps): Promise<void> {',
    to: 'export async function reconcile(deps: ReconcileDeps): Promise<void> { return;',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'db/queries/claims.ts',
    from: ".where('attempt', '=', attempt)\n    .where('status', '=', 'running')",
    to: '',
  },
  {
    off: process.env['FENCE'] === '0',
    file: 'db/queries/claims.ts',
    from: '.onConflict((on) => on.doNothing())',
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

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const wanted = edits.filter(({ off, file }) => off && url.endsWith(`/${file}`))
    if (wanted.length === 0) return loaded
    let source = Buffer.from(loaded.source as Uint8Array).toString()
    for (const { file, from, to } of wanted) {
      if (!source.includes(from)) throw new Error(`this control is out of date: ${file} no longer says ${from}`)
      source = source.replaceAll(from, to)
    }
    return { ...loaded, source }
  },
})
