import { styleText } from 'node:util'

/** There is no style that praises: answered is not safe. */
const styles = {
  heading: ['bold'],
  quiet: ['dim'],
  doubt: ['magenta'],
  critical: ['bold', 'white', 'bgRed'],
  high: ['bold', 'red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: ['dim'],
} as const
export type Style = keyof typeof styles

export type Paint = (style: Style, text: string) => string
export const plain: Paint = (_style, text) => text
const coloured: Paint = (style, text) => styleText([...styles[style]], text, { validateStream: false })

/** Where a command speaks: what was asked for goes to `out`, everything else to `err`. */
export interface Terminal {
  /** Settles once the stream has taken the text. */
  readonly out: (text: string) => Promise<void>
  readonly err: (text: string) => void
  /** Settles once both streams have taken everything: on some systems a pipe takes its time. */
  readonly drained: () => Promise<void>
  /** True once nobody reads `out` any more: its pipe was closed. */
  readonly isClosed: () => boolean
  /** A person is watching both. */
  readonly isWatched: boolean
  readonly paint: Paint
  /** Cells that a line of the report may take. */
  readonly width: () => number
  /** Cells that a line of the live progress may take. */
  readonly errWidth: () => number
}

const widthInPipe = 100
const widest = 140
const narrowest = 40

export function openTerminal(
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  let closed = false
  let outDone = Promise.resolve()
  let errDone = Promise.resolve()
  // A reader that leaves (`| head`) is no error of ours; what is written to it is lost on purpose.
  out.on('error', () => void (closed = true))
  err.on('error', () => {})
  return {
    out: (text) => (outDone = write(out, text)),
    err: (text) => void (errDone = write(err, text)),
    drained: async () => {
      await outDone
      await errDone
    },
    isClosed: () => closed,
    isWatched: out.isTTY && err.isTTY,
    paint: (colourWish(env) ?? (out.isTTY && out.hasColors(env))) ? coloured : plain,
    width: () => (out.isTTY ? Math.min(Math.max(out.columns || 80, narrowest), widest) : widthInPipe),
    errWidth: () => err.columns || 80,
  }
}

/** A stream takes texts in order: when the last is taken, all are. */
const write = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<void>((resolve) => stream.write(text, () => resolve()))

/** What NO_COLOR and FORCE_COLOR ask for, read as commander reads them for its help; undefined where neither speaks. */
function colourWish({ NO_COLOR, FORCE_COLOR }: Readonly<Record<string, string | undefined>>): boolean | undefined {
  if (NO_COLOR || FORCE_COLOR === '0' || FORCE_COLOR === 'false') return false
  return FORCE_COLOR ? true : undefined
}
