/** The tokens a referrer policy may be (Referrer Policy §3). */
const known = new Set([
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
])

/** What older pages write in a meta element, and what it means (HTML, "referrer" metadata name). */
const legacy = new Map([
  ['never', 'no-referrer'],
  ['default', 'strict-origin-when-cross-origin'],
  ['always', 'unsafe-url'],
  ['origin-when-crossorigin', 'origin-when-cross-origin'],
])

/** The policy that a field's members set: the last one known (§8.1); null where none is. */
export const referrerPolicyOf = (members: readonly string[]): string | null =>
  members.map((member) => member.toLowerCase()).findLast((member) => known.has(member)) ?? null

/** The policy that a meta element's content sets; null where it is none. */
export function referrerPolicyOfMeta(content: string): string | null {
  const value = content.toLowerCase()
  const policy = legacy.get(value) ?? value
  return known.has(policy) ? policy : null
}
