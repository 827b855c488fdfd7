import type { Context } from '#apps/cli/context.ts'
import { plain, type Terminal } from '#apps/cli/terminal.ts'

export interface FakeTerminal extends Terminal {
  /** All that was written so far. */
  readonly said: { out: string; err: string }
}

export function fakeTerminal(given: { readonly isWatched?: boolean; readonly columns?: number } = {}): FakeTerminal {
  const said = { out: '', err: '' }
  const { isWatched = false, columns = 80 } = given
  return {
    said,
    out: async (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    drained: async () => {},
    isClosed: () => false,
    isWatched,
    paint: plain,
    width: () => columns,
    errWidth: () => columns,
  }
}

/** A context in which nothing may be asked of settings or input. */
export const bareContext = (terminal: Terminal): Context => ({
  terminal,
  settings: () => Promise.reject(new Error('this test has no settings')),
  signal: new AbortController().signal,
  input: process.stdin,
})
