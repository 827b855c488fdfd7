import { Agent, request } from 'node:http'

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly key: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Told {
  /** 0 where nobody answered. */
  readonly status: number
  readonly millis: number
  /** False where a balancer answered in its place, or nobody. */
  readonly isOfApi: boolean
}

/** Requests over connections that stay open, as a busy client makes them. */
export function createClient(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send: ({ method, path, key, body, headers }: Asked): Promise<Told> => {
      const began = performance.now()
      return new Promise((resolve) => {
        const end = (status: number, isOfApi = false) => resolve({ status, millis: performance.now() - began, isOfApi })
        const asking = request(
          {
            agent,
            port,
            host: '127.0.0.1',
            method,
            path,
            timeout: 20_000,
            headers: {
              authorization: `Bearer ${key}`,
              ...(body === undefined
                ? {}
                : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
              ...headers,
            },
          },
          (response) => {
            response.resume()
            response.on('end', () => end(response.statusCode ?? 0, 'x-request-id' in response.headers))
            response.on('error', () => end(0))
          },
        )
        asking.on('error', () => end(0))
        asking.on('timeout', () => asking.destroy())
        asking.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

/** Asks so many times a second for so long, whatever becomes of the requests; gives all that was told. */
export async function pour(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  ask: (n: number) => Promise<Told>,
): Promise<Told[]> {
  const told: Told[] = []
  const pending = new Set<Promise<void>>()
  const began = performance.now()
  await new Promise<void>((done) => {
    let n = 0
    const timer = setInterval(() => {
      const elapsed = performance.now() - began
      const due = Math.min(elapsed, seconds * 1000) * (perSecond / 1000)
      while (n < due) {
        const one = ask(n++)
          .then((answer) => void told.push(answer))
          .finally(() => pending.delete(one))
        pending.add(one)
      }
      if (elapsed < seconds * 1000) return
      clearInterval(timer)
      done()
    }, 2)
  })
  await Promise.all(pending)
  return told
}

/** The value that this share of all lies below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const countBy = (told: readonly Told[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status } of told) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
