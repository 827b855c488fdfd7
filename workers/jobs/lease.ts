export interface Lease {
  /** Aborts when the lease is lost or given up, when `stop` does, or at end(): sockets close, and nothing more is saved. */
  readonly signal: AbortSignal
  /** False once another worker may have the scan. */
  readonly isHeld: () => boolean
  readonly end: () => void
}

/**
 * Keeps a claim alive by renewing it every third of its time.
 * A database that is away for a moment takes nothing from us; after a whole lease without an answer another worker may have the scan.
 * That time runs on while this process is stopped, so that one which wakes up late knows it before it writes.
 */
export function keepLease(renew: () => Promise<boolean>, leaseSeconds: number, stop: AbortSignal): Lease {
  const over = new AbortController()
  let renewedAt = performance.now()
  let isLost = false
  const hasLapsed = () => performance.now() - renewedAt > leaseSeconds * 1000
  const renewNow = async () => {
    const askedAt = performance.now()
    const isMine = await renew().catch(() => undefined)
    if (isMine === true) renewedAt = askedAt
    if (isMine === false || hasLapsed()) {
      isLost = true
      end()
    }
  }
  const timer = setInterval(() => void renewNow(), (leaseSeconds * 1000) / 3)
  const end = () => {
    clearInterval(timer)
    over.abort()
  }
  return { signal: AbortSignal.any([stop, over.signal]), isHeld: () => !isLost && !hasLapsed(), end }
}
