import type { ComponentChildren } from 'preact'
import { common } from '../words/common.ts'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  readonly key: string
  readonly head: string
  readonly cell: (row: Row) => ComponentChildren
  readonly className?: string
  /** The row's name: one column. */
  readonly isHead?: boolean
  readonly isNumber?: boolean
  /** The head is only heard: the column is plain to see. */
  readonly isHeadHidden?: boolean
  /** What can be done with the row, at its end; its head is only heard. */
  readonly isAct?: boolean
  /** The address that sorts by it, and how it is sorted now. */
  readonly sort?: { readonly href: string; readonly now: 'ascending' | 'descending' | null }
}

interface TableFacts<Row> {
  readonly caption: string
  readonly isCaptionHidden?: boolean
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly className?: string
}

/** Rows of one kind; where the room is small each becomes a block, and stays a row to a screen reader. */
export const Table = <Row,>({
  caption,
  isCaptionHidden = true,
  columns,
  rows,
  keyOf,
  className = '',
}: TableFacts<Row>) => (
  <div class="tablebox">
    <table class={`table folds ${className}`}>
      <caption class={isCaptionHidden ? 'visually-hidden' : ''}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, head, isNumber = false, isAct = false, isHeadHidden = isAct, sort }) => (
            <th key={key} scope="col" class={isNumber ? 'num' : ''} aria-sort={sort?.now ?? undefined}>
              {sort === undefined ? (
                <span class={isHeadHidden ? 'visually-hidden' : ''}>{head}</span>
              ) : (
                <a href={sort.href}>
                  {head}
                  {sort.now === null ? null : <Icon name={sort.now === 'ascending' ? 'sort-up' : 'sort-down'} />}
                </a>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, head, cell, className = '', isHead = false, isNumber = false, isAct = false }) =>
              isHead ? (
                <th key={key} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td
                  key={key}
                  data-label={isAct ? undefined : head}
                  class={`${isAct ? 'end-act' : isNumber ? 'num' : ''} ${className}`.trim()}
                >
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Under a list: how much is shown, and the next rows. */
export const Pager = ({
  shown,
  hasMore,
  isLoading,
  more,
}: {
  readonly shown: number
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly more: () => void
}) => (
  <p class="pager">
    <span>{common.rows(shown)}</span>
    {hasMore ? (
      <button class="button" type="button" onClick={more} aria-disabled={isLoading}>
        {common.more}
      </button>
    ) : null}
  </p>
)
