import { setTimeout as sleep } from 'node:timers/promises'

export interface Exporter {
  /** Takes a span in OTLP's JSON encoding; waits for nothing. */
  add(span: object): void
  /** Spans that no collector has, since this process began. */
  dropped(): number
  /** Sends what is left, as far as it is taken within two seconds. */
  close(): Promise<void>
}

export interface ExporterSettings {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: spans go to `/v1/traces` below it, and nowhere else. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  /** Names this process. */
  readonly resource: Readonly<Record<string, string>>
  readonly onError: (error: Error) => void
}

const keptAtMost = 4096
const sentAtOnce = 512
const gatherMillis = 1000
const answerMillis = 5000
const closeMillis = 2000
const longestPauseMillis = 30_000
const answerBytesAtMost = 65_536

/**
 * Sends spans to a collector (OTLP/HTTP 1, JSON encoding), many at a time and one request after the other. While the collector is away some are kept and the rest is
 * dropped and counted: nothing that is traced ever waits for it.
 */
export function openExporter({ endpoint, headers, resource, onError }: ExporterSettings): Exporter {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const about = { attributes: attributesOf(resource) }
  const over = new AbortController()
  let kept: object[] = []
  let dropped = 0
  let isAway = false
  let going: Promise<void> | null = null

  const send = async (spans: readonly object[]) => {
    const body = JSON.stringify({
      resourceSpans: [{ resource: about, scopeSpans: [{ scope: { name: 'portlight' }, spans }] }],
    })
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMillis),
    })
    const text = await textOf(answer)
    if (answer.status === 200) dropped += rejectedIn(text)
    else if (!retried.has(answer.status)) {
      dropped += spans.length
      note(new Error(`the collector answered ${answer.status}`))
    } else throw new Busy(answer)
    if (answer.status === 200) isAway = false
  }
  /** Once while it lasts. */
  const note = (error: Error) => {
    if (!isAway) onError(error)
    isAway = true
  }
  const goOn = async () => {
    for (let tries = 0; kept.length > 0; ) {
      const spans = kept.slice(0, sentAtOnce)
      try {
        await send(spans)
        kept = kept.slice(spans.length)
        tries = 0
      } catch (error) {
        if (over.signal.aborted) break
        note(error as Error)
        await sleep(pauseMillis(error, tries++), undefined, { signal: over.signal, ref: false }).catch(() => {})
      }
    }
  }
  const look = () => {
    if (kept.length > 0) going ??= goOn().finally(() => (going = null))
  }
  const timer = setInterval(look, gatherMillis)
  timer.unref()
  return {
    add(span) {
      if (kept.length < keptAtMost) kept.push(span)
      else dropped++
    },
    dropped: () => dropped,
    async close() {
      clearInterval(timer)
      over.abort()
      await Promise.race([(going ?? Promise.resolve()).then(goOn), sleep(closeMillis, undefined, { ref: false })])
    },
  }
}

// OTLP 1, "Retryable Response Codes": every other answer is the last.
const retried: ReadonlySet<number> = new Set([429, 502, 503, 504])

class Busy extends Error {
  readonly retryAfter: string | null
  constructor(answer: Response) {
    super(`the collector answered ${answer.status}`)
    this.retryAfter = answer.headers.get('retry-after')
  }
}

function pauseMillis(error: unknown, tries: number): number {
  const asked = error instanceof Busy && /^\d{1,4}$/.test(error.retryAfter ?? '') ? Number(error.retryAfter) * 1000 : 0
  const ours = gatherMillis * 2 ** Math.min(tries, 5) * (0.5 + Math.random() / 2)
  return Math.min(Math.max(asked, ours), longestPauseMillis)
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    bytes += part.length
    if (bytes > answerBytesAtMost) break
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Of a partial success. */
function rejectedIn(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: string | number } }
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0)
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0
  } catch {
    return 0
  }
}

export type AttributeValue = string | number | boolean

/** 64-bit integers are strings in OTLP's JSON. */
export const attributesOf = (attributes: Readonly<Record<string, AttributeValue>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }))

function valueOf(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value.toWellFormed().slice(0, 1000) }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
