import type { GeneralName, NameConstraints } from './read-extensions.ts'

/** Whether a CA's name constraints let these names through (RFC 5280 §4.2.1.10); null where they speak of kinds that we do not judge. */
export function permitsNames({ permitted, excluded }: NameConstraints, names: readonly GeneralName[]): boolean | null {
  const judged = names.filter(({ type }) => type === 'dns' || type === 'ip')
  const inside = (base: GeneralName, name: GeneralName) => base.type === name.type && lies(base, name)
  const allowed = judged.every((name) => {
    if (excluded.some((base) => inside(base, name))) return false
    const sameKind = permitted.filter(({ type }) => type === name.type)
    return sameKind.length === 0 || sameKind.some((base) => inside(base, name))
  })
  if (!allowed) return false
  return [...permitted, ...excluded].every(({ type }) => type === 'dns' || type === 'ip') ? true : null
}

const lies = (base: GeneralName, name: GeneralName) =>
  base.type === 'dns' ? isBelow(textOf(base), textOf(name)) : isInRange(base.bytes, name.bytes)

const textOf = ({ bytes }: GeneralName) => Buffer.from(bytes).toString('latin1').toLowerCase()

/** `example.org` holds itself and every name below it; a leading dot, which some CAs write, leaves itself out. */
const isBelow = (base: string, name: string) =>
  base === '' || name === base || name.endsWith(base.startsWith('.') ? base : `.${base}`)

/** The base is an address followed by its mask. */
const isInRange = (base: Uint8Array, address: Uint8Array) =>
  base.length === address.length * 2 &&
  address.every((byte, index) => {
    const mask = base[address.length + index] ?? 0
    return (byte & mask) === ((base[index] ?? 0) & mask)
  })
