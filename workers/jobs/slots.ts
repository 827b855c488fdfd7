export interface Slot {
  /** Organisations that may not have this slot, once that can be told. */
  readonly except: () => Promise<readonly string[]>
  /** Says whose scan it is that was claimed for the slot; null for none. */
  readonly claimed: (organisationId: string | null) => void
  readonly release: () => void
}

export interface Slots {
  readonly take: () => Slot
  /** True for whoever has to look for a scan in place of a ring that found none it might have taken. */
  readonly takeDebt: () => boolean
}

/** How many more scans a process runs side by side than one organisation may have in it. */
export const reservedSlots = (concurrency: number): number => Math.max(1, Math.ceil(concurrency / 4))

/**
 * A process' places for scans. The first `concurrency` are anybody's; the few above them are kept from whoever already holds half of those,
 * so that no number of one organisation's scans makes another one's wait for the end of one.
 */
export function createSlots(concurrency: number): Slots {
  const held = new Map<string, number>()
  const claiming = new Set<Promise<void>>()
  let taken = 0
  let debts = 0
  const take = (): Slot => {
    const isReserved = taken++ >= concurrency
    let owner: string | null = null
    let isKept = false
    let settle = () => {}
    const settled = new Promise<void>((done) => (settle = done))
    // Whoever has a reserved slot has to know first whose the others are.
    const before = [...claiming]
    claiming.add(settled)
    void settled.then(() => claiming.delete(settled))
    return {
      except: async () => {
        if (!isReserved) return []
        await Promise.all(before)
        const full = [...held].filter(([, count]) => count * 2 >= concurrency).map(([id]) => id)
        isKept = full.length > 0
        return full
      },
      claimed: (organisationId) => {
        owner = organisationId
        if (owner !== null) held.set(owner, (held.get(owner) ?? 0) + 1)
        else if (isKept) debts++
        settle()
      },
      release: () => {
        settle()
        taken--
        if (owner === null) return
        const left = (held.get(owner) ?? 1) - 1
        if (left === 0) held.delete(owner)
        else held.set(owner, left)
      },
    }
  }
  const takeDebt = () => debts > 0 && debts-- > 0
  return { take, takeDebt }
}
