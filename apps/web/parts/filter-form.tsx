import type { ComponentChildren } from 'preact'
import type { Filter } from '../filter.ts'
import { common } from '../words/common.ts'
import { Field, sent } from './form.tsx'

/** Narrows a list: what is chosen holds at once, what is typed when it is sent. */
export const FilterForm = <Name extends string>({
  label,
  className,
  typed,
  change,
  children,
}: {
  /** What it narrows, for screen readers. */
  readonly label: string
  readonly className: string
  /** The fields that people write into. */
  readonly typed: readonly Name[]
  readonly change: (part: Partial<Filter<Name>>) => void
  readonly children: ComponentChildren
}) => (
  <form
    class={`filters ${className}`}
    role="search"
    aria-label={label}
    onSubmit={(event) => {
      const said = sent(event)
      change(Object.fromEntries(typed.map((name) => [name, String(said[name] ?? '').trim()])) as Filter<Name>)
    }}
  >
    {children}
    <button class="button" type="submit">
      {common.filter}
    </button>
  </form>
)

interface FilterFieldFacts {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly spellcheck?: boolean
}

/** A field of it that people write into; it shows what the address says, also after the way back. */
export const FilterField = ({ value, ...field }: FilterFieldFacts) => (
  <Field key={value} type="search" defaultValue={value} {...field} />
)
