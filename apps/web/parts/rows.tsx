import type { ComponentChildren } from 'preact'
import type { Pages } from '../api/use-pages.ts'
import { Loading, Trouble } from './answer.tsx'
import { Pager } from './table.tsx'

/** A list that the server pages: its rows, the next ones, or why there are none. */
export function Rows<Row>({
  of,
  empty,
  children,
}: {
  readonly of: Pages<Row>
  readonly empty: ComponentChildren
  readonly children: (rows: readonly Row[]) => ComponentChildren
}) {
  const { rows, error, isLoading, hasMore, more, reload } = of
  return (
    <>
      {error === null ? null : <Trouble error={error} retry={reload} />}
      {rows === undefined ? (
        error === null ? (
          <Loading />
        ) : null
      ) : rows.length === 0 ? (
        empty
      ) : (
        <>
          {children(rows)}
          <Pager shown={rows.length} hasMore={hasMore} isLoading={isLoading} more={more} />
        </>
      )}
    </>
  )
}
