import { useEffect, useState } from 'preact/hooks'
import { isFinal } from '../../client/follow.ts'
import type { Scan } from '../../client/index.ts'
import { sleep } from '../../client/sleep.ts'
import { ask } from './ask.ts'

/** How the page hears of changes: `live` as they happen, `polling` every few seconds, `over` once the scan has ended. */
export type Hearing = 'live' | 'polling' | 'over'

export interface FollowedScan {
  readonly scan: Scan | undefined
  readonly error: Error | null
  readonly hearing: Hearing
}

const pollMillis = 2000
/** A browser has six connections to a server over HTTP/1.1, for all its tabs: so many may be streams. */
const streamsAtMost = 3

export const isOver = ({ status }: Pick<Scan, 'status'>): boolean => isFinal(status)

/** Follows a scan to its end by the stream, and where there is none (no connection to spare, a proxy that holds it back) by asking again and again. */
export function useScan(id: string): FollowedScan {
  const [state, setState] = useState<FollowedScan>({ scan: undefined, error: null, hearing: 'polling' })

  useEffect(() => {
    const control = new AbortController()
    const { signal } = control
    const show = (scan: Scan, hearing: Hearing) =>
      setState((before) =>
        before.scan?.id === scan.id && before.scan.version > scan.version
          ? before
          : { scan, error: null, hearing: isOver(scan) ? 'over' : hearing },
      )
    const poll = async () => {
      while (!signal.aborted) {
        try {
          const scan = await ask('GET /v1/scans/{id}', { path: { id } }, { signal })
          show(scan, 'polling')
          if (isOver(scan)) return
        } catch (error) {
          if (signal.aborted) return
          setState((before) => ({ ...before, error: error as Error, hearing: 'polling' }))
        }
        await sleep(pollMillis, signal).catch(() => {}) // the loop sees for itself that nobody looks any more
      }
    }
    setState({ scan: undefined, error: null, hearing: 'polling' })
    const follow = async () => {
      const hasEnded = await inSlot(signal, () => listen(id, signal, (scan) => show(scan, 'live')))
      if (!hasEnded) await poll()
    }
    void follow()
    return () => control.abort()
  }, [id])

  return state
}

/** @returns whether the scan was followed to its end; false: no stream is to be had, or it broke. */
function listen(id: string, signal: AbortSignal, onScan: (scan: Scan) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const source = new EventSource(`/v1/scans/${encodeURIComponent(id)}/events`)
    const end = (hasEnded: boolean) => {
      source.close()
      resolve(hasEnded)
    }
    signal.addEventListener('abort', () => end(true), { once: true })
    source.addEventListener('scan', ({ data }: MessageEvent<string>) => {
      const scan = JSON.parse(data) as Scan
      onScan(scan)
      if (isOver(scan)) end(true)
    })
    source.addEventListener('end', () => end(false))
    source.onerror = () => end(false)
  })
}

/** Runs it while holding one of the places for streams that all tabs of this browser share; false where none is free. */
async function inSlot(signal: AbortSignal, run: () => Promise<boolean>): Promise<boolean> {
  if (!('locks' in navigator)) return run()
  for (let place = 0; place < streamsAtMost && !signal.aborted; place += 1) {
    const held = await navigator.locks.request(`portlight-stream-${place}`, { ifAvailable: true }, async (lock) =>
      lock === null ? null : run(),
    )
    if (held !== null) return held
  }
  return signal.aborted
}
