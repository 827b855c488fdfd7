import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import { z } from 'zod'
import type { Context } from './context.ts'
import { usageError } from './errors.ts'
import { linesOf } from './lines.ts'

/** One target, and for a probe its options. */
export interface Request {
  readonly target: string
  readonly options?: unknown
}

/** A line that holds no request; `detail` says which and why. */
export interface BadLine {
  readonly detail: string
}

export const isBad = (request: Request | BadLine): request is BadLine => 'detail' in request

const requestLine = z.object({ target: z.string(), options: z.unknown().optional() })

/** What stands in a file, or in standard input for `-`, one `{"target","options"?}` a line. @throws CommandError when it cannot be read */
export async function* requestsIn(file: string, { input, signal }: Context): AsyncGenerator<Request | BadLine> {
  const stream = file === '-' ? addAbortSignal(signal, input as Readable) : createReadStream(file, { signal })
  try {
    for await (const line of linesOf(stream)) {
      yield 'text' in line ? readRequest(line.text, line.number) : bad(line.number, 'is longer than 1 MiB')
    }
  } catch (error) {
    signal.throwIfAborted()
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw usageError(`--input: ${file} cannot be read (${code})`)
  }
}

function readRequest(text: string, number: number): Request | BadLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return bad(number, 'is no JSON')
  }
  const request = requestLine.safeParse(value)
  return request.success ? request.data : bad(number, 'is no {"target": …, "options"?: …}')
}

const bad = (number: number, what: string): BadLine => ({ detail: `Line ${number} ${what}.` })

/** The requests that a command was given, in a file or as words. @throws CommandError for both or neither */
export function requestsOf(words: readonly string[], file: string | undefined, context: Context) {
  if (file !== undefined && words.length > 0) throw usageError('Give targets or --input, not both')
  if (file !== undefined) return requestsIn(file, context)
  if (words.length === 0) throw usageError('Name a target, or give --input')
  return fromWords(words)
}

async function* fromWords(words: readonly string[]): AsyncGenerator<Request | BadLine> {
  for (const target of words) yield { target }
}
