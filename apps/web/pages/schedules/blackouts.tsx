import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { common } from '../../words/common.ts'
import { dateAndTime } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'

const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Windows in which schedules begin nothing. */
export function Blackouts() {
  const may = useMay()
  const blackouts = useAnswer('GET /v1/blackouts', {})
  const remove = useAct('DELETE /v1/blackouts/{id}')
  return (
    <Section id="blackouts" title={words.blackouts} note={words.blackoutsNote}>
      <Complaint error={remove.error} />
      <Answer of={blackouts}>
        {({ blackouts: windows }) => (
          <ul class="rows">
            {windows.map(({ id, name, note, startsAt, endsAt, cron, zone, minutes, isOpen, running }) => (
              <li key={id} class="mini-head">
                <span>
                  <b>{name}</b>{' '}
                  {startsAt === null
                    ? `${cron} (${zone}), ${minutes} min`
                    : `${dateAndTime(startsAt)} – ${endsAt === null ? '' : dateAndTime(endsAt)}`}{' '}
                  <span class="faint">
                    {words.runnings[running]} {note}
                  </span>{' '}
                  {isOpen ? <Chip kind="attention">{words.open}</Chip> : null}
                </span>
                {may('schedules:write') ? (
                  <button
                    class="button small"
                    type="button"
                    onClick={() => void remove.run({ path: { id } }).then(blackouts.reload)}
                  >
                    {common.remove}
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {may('schedules:write') ? <AddBlackout onAdded={blackouts.reload} /> : null}
    </Section>
  )
}

function AddBlackout({ onAdded }: { readonly onAdded: () => void }) {
  const add = useAct('POST /v1/blackouts')
  const act = async (form: Readonly<Record<string, string>>) => {
    const { name = '', note = '', starts = '', ends = '', cron = '', minutes = '' } = form
    const when =
      cron === ''
        ? { startsAt: instantOf(starts), endsAt: instantOf(ends) }
        : { cron, zone: ownZone, minutes: Number(minutes) }
    const running = form['running'] === 'pause' ? ('pause' as const) : ('finish' as const)
    if ((await add.run({ body: { name, note, running, ...when } })) !== null) onAdded()
  }
  return (
    <details class="as-table">
      <summary>{words.addBlackout}</summary>
      <form class="form narrow" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
        <Field name="name" label={words.name} required maxLength={100} />
        <div class="two">
          <Field name="starts" type="datetime-local" label={words.starts} />
          <Field name="ends" type="datetime-local" label={words.ends} />
        </div>
        <div class="two">
          <Field name="cron" label={words.orCron} placeholder="0 1 * * 6" spellcheck={false} />
          <Field name="minutes" type="number" min={1} label={words.minutes} />
        </div>
        <Select
          name="running"
          label={words.running}
          options={(['finish', 'pause'] as const).map((value) => ({ value, label: words.runnings[value] }))}
        />
        <Field name="note" label={words.note} maxLength={300} />
        <Complaint error={add.error} />
        <div class="actions">
          <button class="button" type="submit" aria-disabled={add.isBusy}>
            {words.addBlackout}
          </button>
        </div>
      </form>
    </details>
  )
}

/** The reader's local time as an instant; left out where nothing was chosen, so that the API says what is missing. */
const instantOf = (local: string) => (local === '' ? '' : new Date(local).toISOString())
