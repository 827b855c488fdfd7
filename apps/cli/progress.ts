import { inert } from '#db/model/inert.ts'
import { count, cut, pad, widthOf } from './layout.ts'
import { explain } from './reasons.ts'
import type { Run, ScanDocument } from './scan-document.ts'
import type { Terminal } from './terminal.ts'

export interface LiveProgress {
  draw(scan: ScanDocument): void
  clear(): void
}

/** A block of lines on `err`, drawn over itself; nothing at all where nobody watches. */
export function liveProgress({ isWatched, err, errWidth }: Terminal): LiveProgress {
  if (!isWatched) return { draw: () => {}, clear: () => {} }
  let drawn = 0
  const clear = () => {
    if (drawn > 0) err(`\x1b[${drawn}A\x1b[J`)
    drawn = 0
  }
  return {
    draw: (scan) => {
      const lines = progressLines(scan, new Date())
      clear()
      // One cell is left free: some terminals wrap at the last one, and the next drawing would miss a line.
      err(lines.map((line) => `${cut(line, errWidth() - 1)}\n`).join(''))
      drawn = lines.length
    },
    clear,
  }
}

/** What is scanned and when it will have ended, then a line for each scanner: its state, how far it is, what it does. */
export function progressLines({ target, deadline, runs }: ScanDocument, now: Date): string[] {
  const names = runs.map(({ scanner }) => inert(scanner))
  const column = Math.max(0, ...names.map(widthOf)) + 2
  const end = new Date(deadline)
  const day = end.toDateString() === now.toDateString() ? '' : `${end.toDateString()}, `
  return [
    `${inert(target.display)}: will have ended by ${day}${clockTime(end)}, now ${clockTime(now)}`,
    ...runs.map((run, index) => `  ${pad(names[index] ?? '', column)}${inert(words[run.status](run))}`),
  ]
}

const words: Readonly<Record<Run['status'], (run: Run) => string>> = {
  queued: () => 'waiting for its turn',
  running: ({ progress }) =>
    progress && progress.total > 0 ? `asking    ${bar(progress.done / progress.total)} ${share(progress)}` : 'asking',
  completed: ({ coverage }) =>
    coverage
      ? `finished  ${count(coverage.answered)} of ${count(coverage.asked)} ${coverage.unit} answered`
      : 'finished',
  inconclusive: ({ reason }) => `could not tell: ${explain(reason)}`,
  failed: ({ reason }) => `could not tell: ${explain(reason)}`,
  refused: ({ reason }) => `refused: ${explain(reason)}`,
  'not-asked': ({ reason }) => `not asked: ${explain(reason)}`,
  cancelled: () => 'cancelled',
}

const share = ({ done, total }: { done: number; total: number }) => `${count(done)} of ${count(total)}`

const barWidth = 20

function bar(part: number): string {
  const full = Math.round(Math.min(1, part) * barWidth)
  return '━'.repeat(full) + '─'.repeat(barWidth - full)
}

const clockTime = (instant: Date) => instant.toTimeString().slice(0, 8)
