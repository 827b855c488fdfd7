import { useState } from 'preact/hooks'
import { Field, Select } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { scannerTitleOf } from '../../words/findings.ts'
import { newScan } from '../../words/new-scan.ts'
import type { Scanner } from './new-scan.tsx'
import { fieldName, type OptionField, optionFields } from './options.ts'

const kinds = { all: 'open', visit: 'waiting', nothing: 'lock' } as const

/** One scanner: whether it is asked, when, and folded away what it may be told. */
export function ScannerChoice({
  scanner: { name, title: english, withoutProof, options },
  isAttested,
}: {
  readonly scanner: Scanner
  readonly isAttested: boolean
}) {
  const title = scannerTitleOf({ scanner: name, title: english })
  const [isChosen, setChosen] = useState(true)
  const hint = (newScan.scannerHints as Readonly<Record<string, string | undefined>>)[name]
  const fields = optionFields(options)
  return (
    <li>
      <div class="choices">
        <label>
          <input
            type="checkbox"
            name="scanner"
            value={name}
            checked={isChosen}
            onChange={({ currentTarget }) => setChosen(currentTarget.checked)}
          />
          <span>
            <b>{title}</b>
            {hint === undefined ? null : <small>{hint}</small>}
          </span>
        </label>
      </div>
      <Chip kind={isAttested ? 'open' : kinds[withoutProof]} isPlain>
        {isAttested && withoutProof !== 'all' ? newScan.attested : newScan.without[withoutProof]}
      </Chip>
      {fields.length === 0 || !isChosen ? null : (
        <details>
          <summary>
            <Icon name="chevron-right" />
            {newScan.more}
            <span class="visually-hidden">: {title}</span>
          </summary>
          <div class="scanner-options">
            {fields.map((field) => (
              <Option key={field.name} scanner={name} field={field} />
            ))}
          </div>
        </details>
      )}
    </li>
  )
}

function Option({ scanner, field }: { readonly scanner: string; readonly field: OptionField }) {
  const key = fieldName(scanner, field.name)
  // An option that is new here is shown by the API's own words.
  const { label, hint } = (newScan.options as Readonly<Record<string, { label: string; hint?: string } | undefined>>)[
    key
  ] ?? { label: field.name, hint: field.description }
  const facts = { name: key, label, ...(hint === undefined || hint === '' ? {} : { hint }) }
  if (field.kind === 'choice')
    return (
      <Select
        {...facts}
        options={[
          { value: '', label: newScan.none },
          ...field.choices.map((value) => ({ value, label: value.toUpperCase() })),
        ]}
      />
    )
  if (field.kind === 'number')
    return <Field {...facts} type="number" min={field.min} max={field.max} placeholder={field.usual} />
  return (
    <>
      <Field {...facts} placeholder={field.usual} spellcheck={false} autoCapitalize="none" list={`${key}-usual`} />
      {field.name === 'ports' ? (
        <datalist id={`${key}-usual`}>
          <option value="top-1000" />
          <option value="1-65535" />
        </datalist>
      ) : null}
    </>
  )
}
