import type { ComponentChildren } from 'preact'
import { NoAnswer, Problem } from '../api/ask.ts'
import { common } from '../words/common.ts'
import { sayProblem } from '../words/findings.ts'
import { Icon } from './icon.tsx'

/** What went wrong, and what to do. */
export function wordsOf(error: Error): string {
  if (error instanceof NoAnswer) return common.away
  if (error instanceof Problem && error.code === 'role-too-low') return common.forbidden
  if (error instanceof Problem && error.code === 'not-found') return common.notFound
  return error instanceof Problem ? sayProblem(error) : error.message
}

export const Trouble = ({ error, retry }: { readonly error: Error; readonly retry?: (() => void) | undefined }) => (
  <div class="notice critical" role="alert">
    <Icon name="attention" />
    <div>
      <strong>{common.trouble}</strong>
      <p>{wordsOf(error)}</p>
    </div>
    {retry === undefined ? null : (
      <button class="button" type="button" onClick={retry}>
        {common.retry}
      </button>
    )}
  </div>
)

interface Answered<Document> {
  readonly data: Document | undefined
  readonly error: Error | null
  readonly reload: () => void
}

/** Shows an answer once it is there; before that that it loads, or why it does not. What is there stays while a newer one is asked for. */
export function Answer<Document>({
  of: { data, error, reload },
  children,
}: {
  readonly of: Answered<Document>
  readonly children: (document: Document) => ComponentChildren
}) {
  return (
    <>
      {error === null ? null : <Trouble error={error} retry={reload} />}
      {data === undefined ? error === null ? <Loading /> : null : children(data)}
    </>
  )
}

export const Loading = () => (
  <p class="loading faint" role="status">
    {common.loading}
  </p>
)
