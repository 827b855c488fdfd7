import type { Asked } from '../../../client/index.ts'

/** What the address says is looked for; '' is any. Days are the reader's. */
export interface AuditFilter {
  readonly action: string
  readonly actor: string
  readonly subject: string
  readonly outcome: '' | 'done' | 'refused'
  readonly from: string
  readonly to: string
}

type Query = NonNullable<Asked<'GET /v1/audit/entries'>['query']>

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** Reads an address; what cannot be asked for is left out. */
export function readFilter(query: Readonly<Record<string, string | undefined>>): AuditFilter {
  const { action = '', actor = '', subject = '', outcome = '', from = '', to = '' } = query
  return {
    action: /^[a-z.-]{1,60}$/.test(action) ? action : '',
    actor: isId(actor) ? actor : '',
    subject: subject.trim().slice(0, 100),
    outcome: outcome === 'done' || outcome === 'refused' ? outcome : '',
    from: isDay(from) ? from : '',
    to: isDay(to) ? to : '',
  }
}

/** The same for the API: `to` holds to the end of its day. */
export function askedOf({ action, actor, subject, outcome, from, to }: AuditFilter): Query {
  return {
    ...(action === '' ? {} : { action }),
    ...(actor === '' ? {} : { actor }),
    ...(subject === '' ? {} : { subject }),
    ...(outcome === '' ? {} : { outcome }),
    ...(from === '' ? {} : { from: startOf(from, 0) }),
    ...(to === '' ? {} : { before: startOf(to, 1) }),
  }
}

function startOf(day: string, daysLater: number): string {
  const at = new Date(`${day}T00:00:00`)
  at.setDate(at.getDate() + daysLater)
  return at.toISOString()
}
