const longestLine = 1024 * 1024

/** Numbered from 1; of a line that is too long nothing is kept but that it was there. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true }

/** The lines of a stream of text but for the empty ones, with no more than one of them in memory. */
export async function* linesOf(input: AsyncIterable<Buffer | string>): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  let number = 0
  let rest = ''
  let isTooLong = false
  for await (const chunk of input) {
    const pieces = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) {
      yield* lineOf(++number, piece, isTooLong)
      isTooLong = false
    }
    if (rest.length > longestLine) {
      rest = ''
      isTooLong = true
    }
  }
  yield* lineOf(++number, rest + decoder.decode(), isTooLong)
}

function* lineOf(number: number, piece: string, isTooLong: boolean): Generator<Line> {
  if (isTooLong || piece.length > longestLine) yield { number, tooLong: true }
  else if (piece.trim() !== '') yield { number, text: piece.trim() }
}
