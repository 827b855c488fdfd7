import { date } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'
import { cellsOf } from './cells.ts'

/** The next runs side by side; a change of clocks is a cell of its own, and what a window holds up is struck through. */
export const Strip = ({ runs }: { readonly runs: Parameters<typeof cellsOf>[0] }) => (
  <ol class="strip">
    {cellsOf(runs).map((cell, i) =>
      cell.kind === 'turnover' ? (
        <li key={i} class="turnover">
          <b>{words.clockChange}</b>
          <span class="strip-zone">
            UTC{cell.from} → UTC{cell.to}
          </span>
        </li>
      ) : (
        <li key={i} class={cell.run.blackout === null ? '' : 'held'}>
          <span class="strip-day">{date(`${cell.day}T12:00:00.000Z`)}</span>
          <b>
            <time dateTime={cell.run.at} title={cell.run.at}>
              {cell.time}
            </time>
          </b>
          <span class="strip-zone">UTC{cell.offset === 'Z' ? '' : cell.offset}</span>
          {cell.run.blackout === null ? null : <span class="strip-why">{words.held(cell.run.blackout)}</span>}
        </li>
      ),
    )}
  </ol>
)
