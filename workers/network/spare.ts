import { addressBits, familyOf, isWithin, parseRange } from '#db/model/address.ts'
import type { Guard, Refusal } from './guard.ts'

/** A name with all below it, or a range of addresses (CIDR). */
export interface Spared {
  readonly kind: 'name' | 'range'
  readonly value: string
}

const optedOut = (what: string): Refusal => ({
  rule: 'opted-out',
  detail: `${what} is on the do-not-scan list: its owner, or an admin, does not want it touched.`,
})

export interface SparingGuard extends Guard {
  /** Puts this list in place of the one before; what is asked next goes by it. */
  spare(list: readonly Spared[]): void
}

/** The guard, and beside its rules a list of those who must not be touched; SCAN_ALLOW opens none of them. */
export function sparing(guard: Guard, list: readonly Spared[] = []): SparingGuard {
  let names = new Set<string>()
  let ranges: ReturnType<typeof parseRange>[] = []
  const spare = (list: readonly Spared[]) => {
    names = new Set(list.filter(({ kind }) => kind === 'name').map(({ value }) => value))
    ranges = list.filter(({ kind }) => kind === 'range').map(({ value }) => parseRange(value))
  }
  spare(list)

  const ofAddress = (address: string): Refusal | null => {
    const family = familyOf(address)
    if (ranges.length === 0 || family === null) return null
    const bits = addressBits(address)
    return ranges.some((range) => isWithin(range, family, bits)) ? optedOut(address) : null
  }
  const ofName = (name: string): Refusal | null => {
    if (names.size === 0) return null
    for (let one = name; ; one = one.slice(one.indexOf('.') + 1)) {
      if (names.has(one)) return optedOut(name)
      if (!one.includes('.')) return null
    }
  }
  return {
    ...guard,
    spare,
    refusalOf: (address) => guard.refusalOf(address) ?? ofAddress(address),
    judgeSpelling: (target) =>
      guard.judgeSpelling(target) ??
      (target.kind === 'address' ? ofAddress(target.canonical) : ofName(target.canonical)),
    judgeResolved: (found, addresses) =>
      guard.judgeResolved(found, addresses) ??
      found.map(ofName).find((refusal) => refusal !== null) ??
      addresses.map(ofAddress).find((refusal) => refusal !== null) ??
      null,
  }
}
