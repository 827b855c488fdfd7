import type { ComponentChildren } from 'preact'
import { Theirs } from '../../../parts/evidence.tsx'
import { Chip } from '../../../parts/marks.tsx'
import { date, list } from '../../../words/format.ts'
import { reasonOf } from '../../../words/findings.ts'
import { results as words } from '../../../words/results.ts'
import { registration, whyUnknown } from './registration.ts'
import type { View } from './results.tsx'

/** A day has no zone: it is the same day everywhere. */
const dayOf = (instant: string) => date(instant.length === 10 ? `${instant}T12:00:00` : instant)

/** What the registry told, and of the rest why it is not known. */
export function RegistrationView({ result }: View) {
  const told = registration(result)
  const fact = (field: string, value: ComponentChildren | null) => {
    const why = value === null ? whyUnknown(told, field) : null
    if (value === null && why === null) return null
    return (
      <div key={field}>
        <dt>{words.facts[field as keyof typeof words.facts] ?? field}</dt>
        <dd>
          {value ?? (
            <Chip kind="unknown" isPlain>
              {reasonOf(why ?? '')}
            </Chip>
          )}
        </dd>
      </div>
    )
  }
  const texts = (values: readonly string[] | null) =>
    values === null || values.length === 0 ? null : <Theirs text={list(values)} />
  return (
    <dl class="kv">
      <div>
        <dt>{words.domain}</dt>
        <dd>
          <Theirs text={told.domain} />
          {told.source === null ? null : <small>{words.source(told.source)}</small>}
        </dd>
      </div>
      {fact('registrar', told.registrar === null ? null : <Theirs text={told.registrar.name} />)}
      {fact('createdAt', told.createdAt === null ? null : dayOf(told.createdAt))}
      {fact('updatedAt', told.updatedAt === null ? null : dayOf(told.updatedAt))}
      {fact('expiresAt', told.expiresAt === null ? null : dayOf(told.expiresAt))}
      {fact('statuses', texts(told.statuses))}
      {fact('nameServers', texts(told.nameServers))}
      {fact('dnssec', told.dnssec === null ? null : words.signed[told.dnssec ? 'yes' : 'no'])}
    </dl>
  )
}
