import { useState } from 'preact/hooks'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Select } from '../../parts/form.tsx'
import { TargetField } from '../../parts/target-field.tsx'
import { common } from '../../words/common.ts'
import { dateAndTime } from '../../words/format.ts'
import { reports as words } from '../../words/reports.ts'
import type { About } from './about.ts'

const scansAtMost = 50

export interface Initial {
  readonly id: string
  readonly display: string
  readonly canonical: string
}

/** What a report is of: all, one target, or one scan of it. `onChange` gets null until it is said. */
export function AboutField({
  name,
  legend,
  kinds,
  initial = null,
  onChange,
}: {
  readonly name: string
  readonly legend: string
  readonly kinds: readonly About['kind'][]
  readonly initial?: Initial | null
  readonly onChange: (about: About | null, display: string) => void
}) {
  const [kind, setKind] = useState<About['kind']>(initial === null ? kinds[0]! : 'target')
  const [text, setText] = useState(initial?.display ?? '')
  const [target, setTarget] = useState<Initial | null>(initial)
  const say = (kind: About['kind'], target: Initial | null) =>
    onChange(
      kind === 'all' ? { kind } : kind === 'target' && target !== null ? { kind, id: target.id } : null,
      target?.display ?? '',
    )
  return (
    <>
      <fieldset class="choices">
        <legend>{legend}</legend>
        {kinds.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={`${name}-kind`}
              checked={kind === one}
              onChange={() => {
                setKind(one)
                say(one, target)
              }}
            />
            {words.kinds[one]}
          </label>
        ))}
      </fieldset>
      {kind === 'all' ? null : (
        <TargetField
          name={`${name}-target`}
          label={common.target}
          text={text}
          isRequired
          onInput={(text, target) => {
            setText(text)
            setTarget(target)
            say(kind, target)
          }}
        />
      )}
      {kind === 'scan' && target !== null ? (
        <ScanField
          key={target.id}
          name={`${name}-scan`}
          host={target.canonical}
          onChange={(id) => onChange(id === '' ? null : { kind: 'scan', id }, target.display)}
        />
      ) : null}
    </>
  )
}

function ScanField({
  name,
  host,
  onChange,
}: {
  readonly name: string
  readonly host: string
  readonly onChange: (id: string) => void
}) {
  const scans = useAnswer('GET /v1/scans', { query: { target: host, limit: scansAtMost } })
  return (
    <Answer of={scans}>
      {({ scans: all }) => {
        const ended = all.filter(({ status }) => status !== 'queued' && status !== 'running')
        return ended.length === 0 ? (
          <p class="soft">{words.noScans}</p>
        ) : (
          <Select
            name={name}
            label={common.scan}
            required
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
            options={[
              { value: '', label: words.chooseScan },
              ...ended.map(({ id, status, createdAt }) => ({
                value: id,
                label: `${dateAndTime(createdAt)}: ${common.scanStatus[status]}`,
              })),
            ]}
          />
        )
      }}
    </Answer>
  )
}
