import './unfold.css'
import { useEffect, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { common } from '../words/common.ts'
import { targetField as words } from '../words/target-field.ts'
import { Theirs } from './evidence.tsx'
import { Field } from './form.tsx'

const suggestionsAtMost = 20

interface Picked {
  readonly id: string
  readonly display: string
  readonly canonical: string
}

/** A watched target by its name, suggested by the server as it is typed; null as long as what is written is none. */
export function TargetField({
  name,
  label,
  hint,
  text,
  onInput,
  isRequired = false,
}: {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly text: string
  readonly onInput: (text: string, target: Picked | null) => void
  readonly isRequired?: boolean
}) {
  const written = text.trim()
  const found = useAnswer('GET /v1/targets', {
    query: { limit: suggestionsAtMost, ...(written === '' ? {} : { text: written }) },
  })
  const targets = found.data?.targets ?? []
  const targetOf = (written: string) => targets.find(({ display }) => display === written.trim()) ?? null
  const target = targetOf(text)
  // A name that was pasted is known only once the server has answered.
  useEffect(() => {
    if (target !== null) onInput(text, target)
  }, [target?.id])
  const isUnknown = written !== '' && found.data !== undefined && !found.isLoading && target === null
  return (
    <>
      <Field
        name={name}
        label={label}
        hint={hint}
        list={`${name}-suggested`}
        value={text}
        required={isRequired}
        spellcheck={false}
        autoCapitalize="none"
        error={isUnknown ? (targets.length === 0 ? words.none : words.goOn) : null}
        onInput={({ currentTarget }) => onInput(currentTarget.value, targetOf(currentTarget.value))}
      />
      <datalist id={`${name}-suggested`}>
        {targets.map(({ id, display }) => (
          <option key={id} value={display} />
        ))}
      </datalist>
    </>
  )
}

const namedAtMost = 20

/** Several targets: those there are, each to take away, and a field that adds one. */
export function TargetsField({
  name,
  label,
  ids,
  onChange,
}: {
  readonly name: string
  readonly label: string
  readonly ids: readonly string[]
  readonly onChange: (ids: readonly string[]) => void
}) {
  const [text, setText] = useState('')
  const found = useAnswer(
    'GET /v1/targets',
    text.trim() === '' ? null : { query: { limit: suggestionsAtMost, text: text.trim() } },
  )
  const target = found.data?.targets.find(({ display }) => display === text.trim())
  const add = () => {
    if (target === undefined) return
    onChange([...new Set([...ids, target.id])])
    setText('')
  }
  return (
    <div class="stack">
      {ids.length === 0 ? null : (
        <ul class="picked" aria-label={label}>
          {ids.slice(0, namedAtMost).map((id) => (
            <OneTarget key={id} id={id} onRemove={() => onChange(ids.filter((one) => one !== id))} />
          ))}
          {ids.length > namedAtMost ? <li class="soft">{words.further(ids.length - namedAtMost)}</li> : null}
        </ul>
      )}
      <TargetField name={name} label={label} hint={words.hint} text={text} onInput={setText} />
      <p>
        <button class="button small" type="button" aria-disabled={target === undefined} onClick={add}>
          {words.add}
        </button>
      </p>
    </div>
  )
}

function OneTarget({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }) {
  const target = useAnswer('GET /v1/targets/{id}', { path: { id } })
  const display = target.data?.display ?? id
  return (
    <li>
      <Theirs text={display} />
      <button class="button bare small" type="button" aria-label={words.remove(display)} onClick={onRemove}>
        {common.remove}
      </button>
    </li>
  )
}
