import type { Db } from '#db/connect.ts'
import { type Key, type KeyPurpose, keysFor } from '#db/queries/keys.ts'
import type { SealingKey } from '#db/seal.ts'
import { type AccessTokens, accessTokens } from './access-token.ts'
import { type RefreshTokens, refreshTokens } from './refresh-token.ts'

type Keys = readonly [Key, ...Key[]]

/** What this process makes and checks credentials with. */
export interface Credentials {
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  /** The key in use, then those before. */
  keys(purpose: Exclude<KeyPurpose, 'access-token' | 'refresh-token'>): Keys
  /** Reads the keys anew: another process may have put a new one into use. Unless it has to be now, at most once a second. */
  reload(options?: { readonly isNow: boolean }): Promise<void>
}

const purposes = [
  'access-token',
  'refresh-token',
  'mailed-code',
  'mailed-link',
  'recovery-code',
  'cookie',
  'answer',
  'limit',
  'set-up',
  'record',
] as const satisfies KeyPurpose[]
const reloadMillis = 1000

/** Opens all keys by the master key; makes those that there are not yet. @throws UnsealError for another database's master key */
export async function openCredentials(db: Db, masterKey: SealingKey, issuer: string): Promise<Credentials> {
  const load = async () => {
    const keys = new Map<KeyPurpose, Keys>()
    for (const purpose of purposes) keys.set(purpose, await keysFor(db, masterKey, purpose))
    return {
      keys,
      access: accessTokens(keys.get('access-token')!, issuer),
      refresh: refreshTokens(keys.get('refresh-token')!),
    }
  }
  let held = await load()
  let loadedAt = performance.now()
  return {
    get accessTokens() {
      return held.access
    },
    get refreshTokens() {
      return held.refresh
    },
    keys: (purpose) => held.keys.get(purpose)!,
    async reload({ isNow } = { isNow: false }) {
      if (!isNow && performance.now() - loadedAt < reloadMillis) return
      loadedAt = performance.now()
      held = await load()
    },
  }
}
