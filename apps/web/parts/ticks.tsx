import type { Ref } from 'preact'
import { useState } from 'preact/hooks'
import { common } from '../words/common.ts'
import type { Column } from './table.tsx'

/** Rows that somebody picked out, by their ids. */
export function useTicks() {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const tick = (ids: readonly string[], isTicked: boolean) =>
    setTicked((before) => new Set(isTicked ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))))
  return { ticked, tick, clear: () => setTicked(new Set()) }
}

type Ticks = ReturnType<typeof useTicks>

/** The column of boxes; `nameOf` is what a screen reader says of a row's. */
export const tickColumn = <Row extends { readonly id: string }>(
  { ticked, tick }: Ticks,
  head: string,
  nameOf: (row: Row) => string,
): Column<Row> => ({
  key: 'choose',
  head,
  isHeadHidden: true,
  cell: (row) => (
    <label class="tick">
      <input
        type="checkbox"
        aria-label={nameOf(row)}
        checked={ticked.has(row.id)}
        onChange={({ currentTarget }) => tick([row.id], currentTarget.checked)}
      />
    </label>
  ),
})

/** One box for all rows that are shown. */
export function TickAll({
  ticks: { ticked, tick },
  rows,
  box,
}: {
  readonly ticks: Ticks
  readonly rows: readonly { readonly id: string }[]
  readonly box?: Ref<HTMLInputElement>
}) {
  const ids = rows.map(({ id }) => id)
  return (
    <label>
      <input
        {...(box === undefined ? {} : { ref: box })}
        type="checkbox"
        checked={ids.every((id) => ticked.has(id))}
        onChange={({ currentTarget }) => tick(ids, currentTarget.checked)}
      />{' '}
      {common.chooseAll}
    </label>
  )
}
