import type { Metrics } from '#workers/metrics/metrics.ts'
import { ownCertificateEnds } from '#workers/network/own-certificate.ts'

const everyMillis = 3_600_000
/** A proxy that has not started yet is asked again sooner. */
const againMillis = 60_000

/** Asks PUBLIC_URL each hour when its certificate ends, whoever speaks TLS there, and shows what came of it. */
export function watchCertificate(
  metrics: Metrics,
  publicUrl: string,
  onError: (error: Error) => void,
  stop: AbortSignal,
): void {
  if (!publicUrl.startsWith('https:')) return
  let ends: Date | null = null
  let isKnown = false
  const look = async () => {
    const wasKnown = isKnown
    try {
      ends = await ownCertificateEnds(publicUrl)
      isKnown = true
    } catch (error) {
      isKnown = false
      if (wasKnown || ends === null) onError(error as Error)
    }
    if (!stop.aborted) timer = setTimeout(() => void look(), isKnown ? everyMillis : againMillis).unref()
  }
  let timer: NodeJS.Timeout | undefined
  stop.addEventListener('abort', () => clearTimeout(timer))
  void look()
  metrics.gauge(
    'portlight_own_certificate_expires_timestamp_seconds',
    'When the certificate ends that PUBLIC_URL shows; absent before it was seen.',
    [],
    () => (ends === null ? [] : [{ labels: {}, value: ends.getTime() / 1000 }]),
  )
  metrics.gauge(
    'portlight_own_certificate_unseen',
    '1 where PUBLIC_URL showed this API no certificate when it last asked.',
    [],
    () => [{ labels: {}, value: isKnown ? 0 : 1 }],
  )
}
