import { useEffect, useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { ask } from '../../api/ask.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { TargetsField } from '../../parts/target-field.tsx'
import { common } from '../../words/common.ts'
import { duration, ownZone } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'
import { readTags } from '../target/tags.ts'
import { type Facts, type Moment, momentOf, type Schedule, scannersOf, targetsOf } from './facts.ts'
import { Strip } from './strip.tsx'

type NextRuns = Operations['POST /v1/schedules/preview']['answer']['nextRuns']

/** After the last key: so that half a cron field is not asked for. */
const quietMillis = 400
const everySecondsAtLeast = 300
const zones = Intl.supportedValuesOf('timeZone')
const macros = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly']

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
  readonly onSave: (facts: Facts) => void
}) {
  const [rhythm, setRhythm] = useState<'cron' | 'every'>(schedule?.everySeconds == null ? 'cron' : 'every')
  const [cron, setCron] = useState(schedule?.cron ?? '30 2 * * *')
  const [every, setEvery] = useState(String(schedule?.everySeconds ?? 86_400))
  const [zone, setZone] = useState(schedule?.zone ?? ownZone)
  const [which, setWhich] = useState<'all' | 'some'>(
    schedule !== undefined && (schedule.targets.tags ?? schedule.targets.ids) !== null ? 'some' : 'all',
  )
  const [ids, setIds] = useState<readonly string[]>(schedule?.targets.ids ?? [])
  const [complaint, setComplaint] = useState<string | null>(null)
  const scanners = useAnswer('GET /v1/scanners', {})
  const had = schedule?.scanners ?? null
  const moment = momentOf(rhythm, cron, every, zone)

  const save = (form: ReturnType<typeof sent>) => {
    const text = (name: string) => String(form[name] ?? '')
    const targets = targetsOf(which, readTags(text('tags')), ids)
    const chosen = [form['scanner'] ?? []].flat()
    const known = scanners.data?.scanners.map(({ name }) => name)
    const planned = known === undefined ? null : scannersOf(chosen, known, had)
    const isNone = known !== undefined && chosen.length === 0
    setComplaint(targets === null ? words.nameSome : isNone ? words.pickOne : null)
    if (targets === null || isNone) return
    onSave({
      ...moment,
      name: text('name'),
      targets,
      ...(planned === null ? {} : { scanners: planned }),
      overlap: text('overlap') === 'queue' ? 'queue' : 'skip',
      catchUp: text('catchUp') === 'none' ? 'none' : 'once',
      spreadSeconds: Number(text('spread')),
    })
  }

  return (
    <form class="form narrow" onSubmit={(event) => save(sent(event))}>
      <Field name="name" label={words.name} defaultValue={schedule?.name ?? ''} maxLength={100} required />
      <fieldset class="choices">
        <legend>{words.when}</legend>
        {(['cron', 'every'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="rhythm" checked={rhythm === one} onChange={() => setRhythm(one)} />
            {words.rhythms[one]}
          </label>
        ))}
      </fieldset>
      <div class="two">
        {rhythm === 'cron' ? (
          <Field
            name="cron"
            label={words.cron}
            hint={words.cronHint}
            value={cron}
            list="macros"
            required
            spellcheck={false}
            onInput={({ currentTarget }) => setCron(currentTarget.value)}
          />
        ) : (
          <Field
            name="every"
            type="number"
            min={everySecondsAtLeast}
            max={366 * 86_400}
            label={words.every}
            hint={Number(every) > 0 ? words.thatIs(duration(Number(every) * 1000)) : words.atLeast(everySecondsAtLeast)}
            value={every}
            required
            onInput={({ currentTarget }) => setEvery(currentTarget.value)}
          />
        )}
        <Field
          name="zone"
          label={words.zone}
          hint={words.zoneHint}
          list="zones"
          value={zone}
          required
          spellcheck={false}
          onInput={({ currentTarget }) => setZone(currentTarget.value)}
        />
      </div>
      <datalist id="zones">
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="macros">
        {macros.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Preview moment={moment} />
      <fieldset class="choices">
        <legend>{words.what}</legend>
        {(['all', 'some'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="which" checked={which === one} onChange={() => setWhich(one)} />
            {words.whiches[one]}
          </label>
        ))}
      </fieldset>
      {which === 'all' ? null : (
        <>
          <Field
            name="tags"
            label={words.tags}
            hint={words.tagsHint}
            defaultValue={schedule?.targets.tags?.join(', ') ?? ''}
          />
          <TargetsField name="targets" label={words.targets} ids={ids} onChange={setIds} />
        </>
      )}
      <Answer of={scanners}>
        {({ scanners: all }) => (
          <fieldset class="choices">
            <legend>{words.scanners}</legend>
            {all.map(({ name, title }) => (
              <label key={name}>
                <input type="checkbox" name="scanner" value={name} defaultChecked={had === null || name in had} />
                {title}
              </label>
            ))}
          </fieldset>
        )}
      </Answer>
      <div class="two">
        <Field
          name="spread"
          type="number"
          min={0}
          max={86_400}
          label={words.spread}
          defaultValue={schedule?.spreadSeconds ?? 0}
        />
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
      <Complaint error={complaint === null ? error : new Error(complaint)} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={isBusy}>
          {common.save}
        </button>
      </div>
    </form>
  )
}

function Preview({ moment }: { readonly moment: Moment }) {
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
    <div class="preview">
      <h3 class="strip-head">{words.wouldRun}</h3>
      <div aria-live="polite">
        <Complaint error={shown.error} />
      </div>
      <Strip runs={shown.runs} />
    </div>
  )
}
