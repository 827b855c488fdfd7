import { sql } from 'kysely'
import type { Db } from '../connect.ts'
import { newId } from '../model/id.ts'
import { isSameCode, mailedCode } from '../model/mailed-code.ts'
import type { Secret } from '../model/secret.ts'
import { inSeconds, now } from './clock.ts'
import { sameHash } from './hash.ts'
import { storable } from './json.ts'

/** What a code is good for; one of another purpose is a wrong one. */
export type ChallengePurpose =
  | 'sign-up'
  | 'sign-in'
  | 'reset-password'
  | 'step-up'
  | 'change-email-old'
  | 'change-email-new'
  | 'passkey-sign-in'
  | 'passkey-register'
  | 'oidc'
  | 'oidc-link'
  | 'stream'

export const codeMinutes = 10
/** Tries and sends for one address in an hour, however many codes it was sent: of a million codes ten can be tried. */
export const codeBudget = { tries: 10, sends: 5, seconds: 3600 } as const

export interface NewChallenge {
  readonly purpose: ChallengePurpose
  readonly email: string
  readonly userId: string | null
  /** Of the cookie of the browser that asked: only there the code is good. */
  readonly browserHash: Buffer
  /** Of the address, blinded: whose budget it is. */
  readonly budgetHash: Buffer
  readonly facts?: object
  /** False where nothing is mailed: another factor answers it. */
  readonly isMailed?: boolean
  /** For how long it is good, where not as long as a code. */
  readonly seconds?: number
}

/** A challenge whose code may be mailed; undefined when this address was sent enough. */
export async function makeChallenge(db: Db, challenge: NewChallenge): Promise<{ id: string } | undefined> {
  const {
    purpose,
    email,
    userId,
    browserHash,
    budgetHash,
    facts,
    isMailed = true,
    seconds = codeMinutes * 60,
  } = challenge
  if (isMailed && !(await charge(db, budgetHash, 'sends'))) return undefined
  return db
    .insertInto('challenges')
    .values({
      id: newId(),
      purpose,
      email,
      user_id: userId,
      browser_hash: browserHash,
      facts: storable(facts ?? {}),
      expires_at: inSeconds(seconds),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
}

export interface CodeTry {
  readonly challengeId: string
  readonly purpose: ChallengePurpose
  readonly browserHash: Buffer
  readonly budgetHash: Buffer
  readonly code: string
  /** The key in use, then those before. */
  readonly keys: readonly Secret<Buffer>[]
}

export type CodeVerdict =
  | { readonly status: 'right'; readonly email: string; readonly userId: string | null; readonly facts: object }
  /** Another code, challenge, purpose or browser, or one that was used or is too old: they are not told apart. */
  | { readonly status: 'wrong' }
  | { readonly status: 'too-many-tries' }

/** Charges the try first, then looks; of a hundred right ones at once one wins. A right one gives the address its tries back. */
export async function tryCode(db: Db, { challengeId, code, keys, ...asked }: CodeTry): Promise<CodeVerdict> {
  if (!(await chargeTry(db, asked.budgetHash))) return { status: 'too-many-tries' }
  const isRight = keys.some((key) => isSameCode(mailedCode(key, challengeId), code))
  if (!isRight) return { status: 'wrong' }
  const won = await winChallenge(db, { id: challengeId, ...asked })
  if (!won) return { status: 'wrong' }
  await forgiveTries(db, asked.budgetHash)
  return { status: 'right', ...won }
}

/** A challenge as its asker names it. */
export interface AskedChallenge {
  readonly id: string
  readonly purpose: ChallengePurpose
  readonly browserHash: Buffer
}

const challengeColumns = ['email', 'user_id as userId', 'facts'] as const

/** What an open challenge is about; undefined for another's, another purpose's, and one that was used or is too old. */
export const findChallenge = (db: Db, { id, purpose, browserHash }: AskedChallenge) =>
  db
    .selectFrom('challenges')
    .select(challengeColumns)
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('browser_hash', '=', sameHash(browserHash))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()

/** Uses an open challenge up: one asker wins, the others get undefined. */
export const winChallenge = (db: Db, { id, purpose, browserHash }: AskedChallenge) =>
  db
    .updateTable('challenges')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('browser_hash', '=', sameHash(browserHash))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(challengeColumns)
    .executeTakeFirst()

/** Takes one of the tries that are left to the address in this hour; false when none is. */
export const chargeTry = (db: Db, budgetHash: Buffer): Promise<boolean> => charge(db, budgetHash, 'tries')

/** Somebody proved to be the owner: the address has all its tries again. */
export const forgiveTries = (db: Db, budgetHash: Buffer) =>
  db.updateTable('code_budgets').set({ tries: 0 }).where('key_hash', '=', sameHash(budgetHash)).execute()

/** Takes one of what is left to the address in this hour; false when nothing is. One statement, so that a hundred at once take no more than there is. */
async function charge(db: Db, budgetHash: Buffer, what: 'tries' | 'sends'): Promise<boolean> {
  const { rows } = await sql`
    insert into code_budgets as budget (key_hash, ${sql.ref(what)}, ends_at)
    values (${budgetHash}, 1, ${inSeconds(codeBudget.seconds)})
    on conflict (key_hash) do update set
      tries = case when budget.ends_at < now() then 0 else budget.tries end + excluded.tries,
      sends = case when budget.ends_at < now() then 0 else budget.sends end + excluded.sends,
      ends_at = case when budget.ends_at < now() then excluded.ends_at else budget.ends_at end
    where budget.ends_at < now() or ${sql.ref(`budget.${what}`)} < ${codeBudget[what]}
    returning 1`.execute(db)
  return rows.length === 1
}

/** Forgets what can no longer be used. */
export async function sweepChallenges(db: Db): Promise<void> {
  await db.deleteFrom('challenges').where('expires_at', '<', sql<Date>`now() - interval '1 day'`).execute()
  await db.deleteFrom('code_budgets').where('ends_at', '<', now).execute()
}
