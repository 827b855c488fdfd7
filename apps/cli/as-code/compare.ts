import { isDeepStrictEqual } from 'node:util'
import type { Asked } from './file.ts'
import type { Stored, StoredState } from './stored.ts'

export const parts = ['targets', 'schedules', 'alertRoutes'] as const
export type Part = (typeof parts)[number]

export interface FieldChange {
  readonly field: string
  /** Undefined where there is nothing yet. */
  readonly from: unknown
  readonly to: unknown
}

/** One thing to do: make, change, or remove what the file does not name. */
export interface Step {
  readonly part: Part
  readonly kind: 'make' | 'change' | 'remove'
  readonly name: string
  /** Null for what is to be made. */
  readonly id: string | null
  readonly fields: readonly FieldChange[]
}

type Item = Readonly<Record<string, unknown>>

/** What has to be done so that an instance is as the file says, in the order to do it. What the file names no part of is left alone; what it does not name within a part is `remove`. Pure. */
export function stepsTo(asked: Asked, stored: StoredState): Step[] {
  return parts.flatMap((part) => {
    const items = asked[part]
    return items === undefined ? [] : stepsOf(part, items, stored[part])
  })
}

const keyOf = (part: Part) => (part === 'targets' ? 'target' : 'name')

function stepsOf(part: Part, items: readonly Item[], stored: ReadonlyMap<string, Stored>): Step[] {
  const key = keyOf(part)
  const named = new Set(items.map((item) => item[key] as string))
  const steps = items.flatMap((item): Step[] => {
    const name = item[key] as string
    const known = stored.get(name)
    // What a file names is in use.
    const wanted = part === 'targets' && known !== undefined ? { ...item, isArchived: false } : item
    const fields = Object.entries(wanted)
      .filter(([field, to]) => field !== key && to !== undefined && !isSame(known?.fields[field], to))
      .map(([field, to]) => ({ field, from: known?.fields[field], to }))
    if (known === undefined) return [{ part, kind: 'make', name, id: null, fields }]
    return fields.length === 0 ? [] : [{ part, kind: 'change', name, id: known.id, fields }]
  })
  const removed = [...stored]
    .filter(([name, { fields }]) => !named.has(name) && fields['isArchived'] !== true)
    .map(([name, { id }]): Step => ({ part, kind: 'remove', name, id, fields: [] }))
  return [...steps, ...removed]
}

/** Lists of names have no order. */
const isSame = (from: unknown, to: unknown): boolean => isDeepStrictEqual(plain(from), plain(to))

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.toSorted() : value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, plain(field)]),
  )
}
