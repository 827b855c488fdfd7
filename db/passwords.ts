import { availableParallelism } from 'node:os'
import argon2 from 'argon2'
import { Secret } from './model/secret.ts'

/** argon2id (RFC 9106) by OWASP's second choice: 28 ms here, and a flood of sign-ins eats no more than this memory each. */
export const hashParameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const hashesAtOnce = Math.max(2, availableParallelism())
const waitingAtMost = 100

/** So many passwords wait to be checked that another would only time out. */
export class TooBusy extends Error {
  override name = 'TooBusy'
}

/** @throws TooBusy */
export const hashPassword = (password: Secret<string>): Promise<string> =>
  inTurn(() => argon2.hash(bytesOf(password), hashParameters))

export interface PasswordCheck {
  readonly isRight: boolean
  /** Right, and hashed by parameters of another time: hash it anew. */
  readonly needsRehash: boolean
}

/** Null stands for nobody, and takes the same time. A hash that is none is no match. @throws TooBusy */
export async function checkPassword(hash: Secret<string> | null, password: Secret<string>): Promise<PasswordCheck> {
  const text = hash?.reveal() ?? (await nobodysHash())
  const matches = await inTurn(() => argon2.verify(text, bytesOf(password)).catch(() => false))
  const isRight = matches && hash !== null
  return { isRight, needsRehash: isRight && argon2.needsRehash(text, hashParameters) }
}

// As bytes, so that a NUL is a character like any other.
const bytesOf = (password: Secret<string>) => Buffer.from(password.reveal(), 'utf8')

let madeForNobody: Promise<string> | null = null
const nobodysHash = () => (madeForNobody ??= argon2.hash(Buffer.alloc(32), hashParameters))

let running = 0
const waiting: (() => void)[] = []

async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (running >= hashesAtOnce) {
    if (waiting.length >= waitingAtMost) throw new TooBusy('too many passwords wait to be checked')
    await new Promise<void>((go) => void waiting.push(go))
  }
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}

let loaded: Promise<ReadonlySet<string>> | null = null

/** The 49,000 passwords that leaks hold most often, in lower case; loaded when first asked for. */
export const commonPasswords = (): Promise<ReadonlySet<string>> =>
  (loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((password) => password.toLowerCase())),
  ))
