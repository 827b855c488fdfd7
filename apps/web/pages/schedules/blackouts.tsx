import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { TargetField } from '../../parts/target-field.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { dateAndTime, duration, ownZone } from '../../words/format.ts'
import { schedules as words } from '../../words/schedules.ts'

type Blackout = Operations['POST /v1/blackouts']['answer']
type Asked = Operations['POST /v1/blackouts']['input']['body']

/** Windows in which schedules begin nothing. */
export function Blackouts() {
  const mayWrite = useMay()('schedules:write')
  const blackouts = useAnswer('GET /v1/blackouts', {})
  const remove = useAct('DELETE /v1/blackouts/{id}')
  const restore = useAct('POST /v1/blackouts')
  const take = async (window: Blackout) => {
    if ((await remove.run({ path: { id: window.id } })) === null) return
    blackouts.reload()
    say(
      words.removedBlackout(window.name === '' ? words.window : window.name),
      () => void restore.run({ body: askedAgain(window) }).then(blackouts.reload),
    )
  }
  return (
    <Section id="windows" title={words.blackouts} note={words.blackoutsNote}>
      <Complaint error={remove.error ?? restore.error} />
      <Answer of={blackouts}>
        {({ blackouts: windows }) =>
          windows.length === 0 ? (
            <Empty icon="pause" title={words.noBlackouts}>
              {words.noBlackoutsText}
            </Empty>
          ) : (
            <Table
              caption={words.blackouts}
              rows={windows}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'name',
                  head: words.window,
                  isHead: true,
                  cell: ({ name, note, targetId }) => (
                    <>
                      {name === '' ? words.window : name}
                      {targetId === null ? null : <OnlyTarget id={targetId} />}
                      {note === '' ? null : <span class="sub">{note}</span>}
                    </>
                  ),
                },
                {
                  key: 'when',
                  head: words.when,
                  cell: (window) => (
                    <>
                      {whenOf(window)} {window.isOpen ? <Chip kind="attention">{words.open}</Chip> : null}
                    </>
                  ),
                },
                { key: 'running', head: words.running, cell: ({ running }) => words.runnings[running] },
                {
                  key: 'act',
                  head: words.act,
                  isAct: true,
                  cell: (window) =>
                    mayWrite ? (
                      <button class="button small" type="button" onClick={() => void take(window)}>
                        {common.remove}
                      </button>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Answer>
      {mayWrite ? (
        <Unfold label={words.addBlackout}>
          {(done) => (
            <AddBlackout
              onAdded={() => {
                done()
                blackouts.reload()
              }}
            />
          )}
        </Unfold>
      ) : null}
    </Section>
  )
}

const whenOf = ({ startsAt, endsAt, cron, zone, minutes }: Blackout) =>
  startsAt === null || endsAt === null ? (
    <>
      <span class="mono">{cron}</span> ({zone}) {words.lasts(duration((minutes ?? 0) * 60_000))}
    </>
  ) : (
    `${dateAndTime(startsAt)} – ${dateAndTime(endsAt)}`
  )

function OnlyTarget({ id }: { readonly id: string }) {
  const target = useAnswer('GET /v1/targets/{id}', { path: { id } })
  return (
    <span class="sub">
      {words.forTarget}{' '}
      <a href={pathTo('target', { id })}>
        <Theirs text={target.data?.display ?? id} />
      </a>
    </span>
  )
}

/** The same window once more. */
const askedAgain = ({ name, note, targetId, running, startsAt, endsAt, cron, zone, minutes }: Blackout): Asked => ({
  ...(name === '' ? {} : { name }),
  note,
  running,
  ...(targetId === null ? {} : { targetId }),
  ...(startsAt === null || endsAt === null
    ? { cron: cron ?? '', zone: zone ?? 'UTC', minutes: minutes ?? 1 }
    : { startsAt, endsAt }),
})

function AddBlackout({ onAdded }: { readonly onAdded: () => void }) {
  const add = useAct('POST /v1/blackouts')
  const [kind, setKind] = useState<'once' | 'recurring'>('once')
  const [target, setTarget] = useState<{ text: string; id: string | null }>({ text: '', id: null })
  const [complaint, setComplaint] = useState<string | null>(null)
  const act = async (form: ReturnType<typeof sent>) => {
    const text = (name: string) => String(form[name] ?? '')
    const isLost = target.text.trim() !== '' && target.id === null
    setComplaint(isLost ? words.pickTarget : null)
    if (isLost) return
    const body: Asked = {
      name: text('name'),
      note: text('note'),
      running: text('running') === 'pause' ? 'pause' : 'finish',
      ...(target.id === null ? {} : { targetId: target.id }),
      ...(kind === 'once'
        ? { startsAt: new Date(text('starts')).toISOString(), endsAt: new Date(text('ends')).toISOString() }
        : { cron: text('opens').trim(), zone: text('zone'), minutes: Number(text('minutes')) }),
    }
    if ((await add.run({ body })) !== null) onAdded()
  }
  return (
    <form class="form" onSubmit={(event) => void act(sent(event))}>
      <Field name="name" label={words.name} required maxLength={100} />
      <fieldset class="choices">
        <legend>{words.when}</legend>
        {(['once', 'recurring'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {words.kinds[one]}
          </label>
        ))}
      </fieldset>
      {kind === 'once' ? (
        <div class="two">
          <Field name="starts" type="datetime-local" label={words.starts(ownZone)} required />
          <Field name="ends" type="datetime-local" label={words.ends(ownZone)} required />
        </div>
      ) : (
        <div class="two">
          <Field name="opens" label={words.opens} placeholder="0 1 * * 6" spellcheck={false} required />
          <Field name="zone" label={words.zone} defaultValue={ownZone} spellcheck={false} required />
          <Field name="minutes" type="number" min={1} max={7 * 1440} label={words.minutes} required />
        </div>
      )}
      <Select
        name="running"
        label={words.running}
        options={(['finish', 'pause'] as const).map((value) => ({ value, label: words.runnings[value] }))}
      />
      <TargetField
        name="only"
        label={words.onlyTarget}
        hint={words.onlyTargetHint}
        text={target.text}
        onInput={(text, picked) => setTarget({ text, id: picked?.id ?? null })}
      />
      <Field name="note" label={words.note} maxLength={300} />
      <Complaint error={complaint === null ? add.error : new Error(complaint)} />
      <div class="actions">
        <button class="button" type="submit" aria-disabled={add.isBusy}>
          {words.addBlackout}
        </button>
      </div>
    </form>
  )
}
