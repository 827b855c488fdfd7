import { setTimeout as sleep } from 'node:timers/promises'
import { type ReconcileDeps, reconcile } from './reconcile.ts'

const everyMillis = 2000

/** Reconciles every two seconds until the signal aborts. A database that is away is the next round's business. */
export async function keepReconciling(
  deps: ReconcileDeps,
  onError: (error: Error) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await reconcile(deps).catch(onError)
    await sleep(everyMillis, undefined, { signal }).catch(() => {})
  }
}
