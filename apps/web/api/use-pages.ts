import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import { ask, type Operations } from './ask.ts'
import { type Reading, useAnswer } from './use-answer.ts'

interface Paged {
  readonly next: string | number | null
}

export interface Pages<Row, Answer = unknown> {
  /** The answer of the first page, for what stands there beside the rows. */
  readonly first: Answer | undefined
  readonly rows: readonly Row[] | undefined
  readonly error: Error | null
  readonly isLoading: boolean
  readonly hasMore: boolean
  readonly more: () => void
  readonly reload: () => void
}

/** A list that the server pages by cursor: its first page, and further ones as they are asked for. `rowsOf` takes the rows out of an answer. */
export function usePages<Name extends Reading, Row>(
  name: Name,
  input: Asked<Name> & { readonly query: object },
  rowsOf: (answer: Operations[Name]['answer']) => readonly Row[],
  {
    cursorName = 'cursor',
    ...looking
  }: {
    readonly everyMillis?: number
    /** What the query calls the place in the list. */
    readonly cursorName?: 'cursor' | 'before' | 'after'
  } = {},
): Pages<Row, Operations[Name]['answer']> {
  const first = useAnswer(name, input, looking)
  const key = JSON.stringify(input)
  const [further, setFurther] = useState<{ key: string; rows: readonly Row[]; next: string | number | null } | null>(
    null,
  )
  const [isAsking, setAsking] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  useEffect(() => setFurther(null), [key])

  const held = further?.key === key ? further : null
  const next = held === null ? ((first.data as Paged | undefined)?.next ?? null) : held.next
  const more = useCallback(() => {
    if (next === null) return
    setAsking(true)
    const asked = { ...input, query: { ...input.query, [cursorName]: next } } as Asked<Name>
    ask(name, asked)
      .then(
        (answer) => {
          setError(null)
          setFurther((before) => ({
            key,
            rows: [...(before?.key === key ? before.rows : []), ...rowsOf(answer)],
            next: (answer as unknown as Paged).next,
          }))
        },
        (error: Error) => setError(error),
      )
      .finally(() => setAsking(false))
  }, [key, next])

  return {
    first: first.data,
    rows: first.data === undefined ? undefined : [...rowsOf(first.data), ...(held?.rows ?? [])],
    error: first.error ?? error,
    isLoading: first.isLoading || isAsking,
    hasMore: next !== null,
    more,
    reload: first.reload,
  }
}
