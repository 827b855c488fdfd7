/** Characters that take two cells of a terminal (UAX #11: wide and full width). */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u
const halfWidth = /[\uFF61-\uFFDC]/

/** Cells that text without controls takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += cellsOf(character)
  return width
}

function cellsOf(character: string): number {
  if (character < '\u0300') return 1
  if (/\p{M}/u.test(character)) return 0
  return wide.test(character) && !halfWidth.test(character) ? 2 : 1
}

/** The text in as many cells as there are, with an ellipsis where it was longer. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const [head = ''] = chop(text, width - 1)
  return `${head}…`
}

export const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Lines of at most `width` cells, broken at spaces, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let cells = 0
  for (const word of text.split(' ')) {
    const wordCells = widthOf(word)
    if (line !== '' && cells + 1 + wordCells <= width) {
      line += ` ${word}`
      cells += 1 + wordCells
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = [...chop(word, width)]
    line = pieces.pop() ?? ''
    cells = pieces.length === 0 ? wordCells : widthOf(line)
    for (const piece of pieces) lines.push(piece)
  }
  return line === '' ? lines : [...lines, line]
}

/** Pieces that fit, of one character at least. */
function* chop(text: string, width: number): Generator<string> {
  let piece = ''
  let cells = 0
  for (const character of text) {
    const more = cellsOf(character)
    if (cells + more > width && piece !== '') {
      yield piece
      piece = ''
      cells = 0
    }
    piece += character
    cells += more
  }
  if (piece !== '') yield piece
}

export interface Columns {
  /** Where the label begins. */
  readonly indent: number
  /** Where the text begins. */
  readonly column: number
  readonly width: number
}

/** `label      text`, wrapped, with the following lines under the first; only the label is painted. */
export function labelled(
  label: string,
  text: string,
  { indent, column, width }: Columns,
  paint: (label: string) => string = (label) => label,
): string[] {
  const first = ' '.repeat(indent) + paint(label) + ' '.repeat(Math.max(1, column - indent - widthOf(label)))
  const rest = ' '.repeat(column)
  return wrap(text, Math.max(20, width - column)).map((line, index) => (index === 0 ? first : rest) + line)
}

const groups = new Intl.NumberFormat('en')
export const count = (value: number) => groups.format(value)

/** `1 port`, `2 ports`, `0 ports`. */
export const counted = (value: number, singular: string, plural = `${singular}s`) =>
  `${count(value)} ${value === 1 ? singular : plural}`
