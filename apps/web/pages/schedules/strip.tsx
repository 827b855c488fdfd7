import { language } from '../../words/language.ts'
import { exact } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'
import { cellsOf, shortOffset } from './cells.ts'

const locale = language === 'en' ? 'en-GB' : 'de-DE'
const days = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
const daysAndYears = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })

/** The year is said where it is another than this one. */
const dayName = (day: string): string =>
  (day.startsWith(String(new Date().getFullYear())) ? days : daysAndYears).format(new Date(`${day}T12:00:00.000Z`))

/** The next runs side by side; a change of clocks is a cell of its own, and what a window holds up is struck through. */
export const Strip = ({ runs }: { readonly runs: Parameters<typeof cellsOf>[0] }) => (
  <ol class="strip">
    {cellsOf(runs).map((cell, i) =>
      cell.kind === 'turnover' ? (
        <li key={i} class="turnover">
          <b>{words.clockChange}</b>
          <span class="strip-zone">
            {shortOffset(cell.from)} → {shortOffset(cell.to)}
          </span>
        </li>
      ) : (
        <li key={i} class={cell.run.blackout === null ? '' : 'held'}>
          <span class="strip-day">{dayName(cell.day)}</span>
          <b>
            <time dateTime={cell.run.at} title={exact(cell.run.at)}>
              {cell.time}
            </time>
          </b>
          <span class="strip-zone">{shortOffset(cell.offset)}</span>
          {cell.run.blackout === null ? null : <span class="strip-why">{words.held(cell.run.blackout)}</span>}
        </li>
      ),
    )}
  </ol>
)
