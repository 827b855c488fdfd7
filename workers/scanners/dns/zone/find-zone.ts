import { type Answer, domainName, isTold, whyNot } from '../query/answer.ts'
import type { Asker } from '../query/ask.ts'

/** The zone that a name lies in, or the name at which nobody could tell. */
export type ZoneSearch =
  | { readonly zone: string; readonly at: string; readonly reason: null }
  | { readonly zone: null; readonly at: string; readonly reason: string }

/** Climbs from the name to the nearest one that has an SOA record of its own: the zone's apex (RFC 1034 §4.2). */
export async function findZone(name: string, { lookUp }: Asker): Promise<ZoneSearch> {
  for (let at: string | null = name; at !== null; ) {
    const answer: Answer = await lookUp(at, 'SOA')
    // An unanswered question may hide a zone: climbing on would blame its parent.
    if (!isTold(answer)) return { zone: null, at, reason: whyNot(answer) }
    if (answer.status === 'NOERROR' && answer.aliases.length === 0) return { zone: at, at, reason: null }
    at = hintedApex(at, answer) ?? parentOf(at)
  }
  return { zone: null, at: name, reason: 'no-zone' }
}

/** `example.org` of `www.example.org`; null above the top-level domain. */
export function parentOf(name: string): string | null {
  const dot = name.indexOf('.')
  return dot === -1 ? null : name.slice(dot + 1)
}

export const isWithin = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`)

/** A denial carries its zone's SOA (RFC 2308 §3), which spares the steps between; it is asked again there, not believed. */
function hintedApex(name: string, { aliases, authorities }: Answer): string | null {
  // Behind an alias it is the zone of the alias's target.
  const owner = aliases.length > 0 ? undefined : authorities.find(({ type }) => type === 'SOA')?.name
  const apex = owner === undefined ? null : domainName(owner)
  return apex !== null && apex !== name && isWithin(name, apex) ? apex : null
}
