import { useEffect, useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { ask } from '../../api/ask.ts'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { common } from '../../words/common.ts'
import { schedules as words } from '../../words/schedules.ts'
import { readTags } from '../target/tags.ts'
import { Strip } from './strip.tsx'

export type Schedule = Operations['GET /v1/schedules/{id}']['answer']
type NextRuns = Operations['POST /v1/schedules/preview']['answer']['nextRuns']

/** After the last key: so that half a cron field is not asked for. */
const quietMillis = 400
const zones = Intl.supportedValuesOf('timeZone')
const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

export interface ScheduleForm {
  readonly name: string
  readonly cron?: string
  readonly everySeconds?: number
  readonly zone: string
  readonly targets: { tags?: string[] }
  readonly overlap: 'skip' | 'queue'
  readonly catchUp: 'once' | 'none'
  readonly spreadSeconds: number
}

/** What a schedule says, with the next ten runs as it is typed. */
export function EditSchedule({
  schedule,
  isBusy,
  error,
  onSave,
}: {
  readonly schedule?: Schedule
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onSave: (form: ScheduleForm) => void
}) {
  const [cron, setCron] = useState(schedule === undefined ? '30 2 * * *' : (schedule.cron ?? ''))
  const [every, setEvery] = useState(schedule?.everySeconds == null ? '' : String(schedule.everySeconds))
  const [zone, setZone] = useState(schedule?.zone ?? ownZone)
  const [isByTags, setByTags] = useState(schedule?.targets.tags != null)
  const moment = every === '' ? { cron, zone } : { everySeconds: Number(every), zone }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        const form = sent(event) as Record<string, string>
        onSave({
          ...moment,
          name: form['name'] ?? '',
          targets: isByTags ? { tags: readTags(form['tags'] ?? '') } : {},
          overlap: form['overlap'] === 'queue' ? 'queue' : 'skip',
          catchUp: form['catchUp'] === 'none' ? 'none' : 'once',
          spreadSeconds: Number(form['spread'] ?? 0),
        })
      }}
    >
      <Field name="name" label={words.name} defaultValue={schedule?.name ?? ''} maxLength={100} required />
      <div class="two">
        <Field
          name="cron"
          label={words.cron}
          hint={words.cronHint}
          value={cron}
          disabled={every !== ''}
          spellcheck={false}
          onInput={({ currentTarget }) => setCron(currentTarget.value)}
        />
        <Field
          name="every"
          type="number"
          min={60}
          label={words.every}
          value={every}
          onInput={({ currentTarget }) => setEvery(currentTarget.value)}
        />
        <Field
          name="zone"
          label={words.zone}
          list="zones"
          value={zone}
          spellcheck={false}
          onInput={({ currentTarget }) => setZone(currentTarget.value)}
        />
      </div>
      <datalist id="zones">
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Preview moment={moment} />
      <fieldset class="choices">
        <legend>{words.what}</legend>
        <label>
          <input type="radio" name="which" checked={!isByTags} onChange={() => setByTags(false)} />
          {words.all}
        </label>
        <label>
          <input type="radio" name="which" checked={isByTags} onChange={() => setByTags(true)} />
          {words.byTags}
        </label>
        {isByTags ? (
          <Field name="tags" label={words.tags} defaultValue={schedule?.targets.tags?.join(', ') ?? ''} required />
        ) : null}
      </fieldset>
      <div class="two">
        <Field name="spread" type="number" min={0} label={words.spread} defaultValue={schedule?.spreadSeconds ?? 0} />
        <Select
          name="overlap"
          label={words.overlap}
          defaultValue={schedule?.overlap ?? 'skip'}
          options={(['skip', 'queue'] as const).map((value) => ({ value, label: words.overlaps[value] }))}
        />
        <Select
          name="catchUp"
          label={words.catchUp}
          defaultValue={schedule?.catchUp ?? 'once'}
          options={(['once', 'none'] as const).map((value) => ({ value, label: words.catchUps[value] }))}
        />
      </div>
      <Complaint error={error} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={isBusy}>
          {common.save}
        </button>
      </div>
    </form>
  )
}

function Preview({ moment }: { readonly moment: { cron?: string; everySeconds?: number; zone: string } }) {
  const [shown, setShown] = useState<{ runs: NextRuns; error: Error | null }>({ runs: [], error: null })
  const key = JSON.stringify(moment)
  useEffect(() => {
    const control = new AbortController()
    const timer = setTimeout(() => {
      ask('POST /v1/schedules/preview', { body: moment }, { signal: control.signal }).then(
        ({ nextRuns }) => setShown({ runs: nextRuns, error: null }),
        (error: Error) => {
          if (!control.signal.aborted) setShown({ runs: [], error })
        },
      )
    }, quietMillis)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [key])
  return (
    <div aria-live="polite">
      <h3 class="strip-head">{words.next}</h3>
      <Complaint error={shown.error} />
      <Strip runs={shown.runs} />
    </div>
  )
}
