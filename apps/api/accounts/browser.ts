import { createHash, createHmac, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Email, mailboxOf } from '#db/model/email.ts'
import type { Credentials } from '../credentials/credentials.ts'

/** A challenge as its asker holds it: which one, and what only this asker knows. */
export interface HeldChallenge {
  readonly id: string
  /** Of what binds it to its asker. */
  readonly browserHash: Buffer
}

/** What binds a challenge to its asker: 128 random bits that no store holds. */
export function newBinding(): { readonly secret: string; readonly hash: Buffer } {
  const secret = randomBytes(16).toString('base64url')
  return { secret, hash: hashOf(secret) }
}

export const writeChallenge = (id: string, secret: string): string => `${id}.${secret}`

const shape = z.tuple([z.uuid(), z.string().regex(/^[\w-]{22}$/)])

/** Null for what is no challenge of ours. */
export function readChallenge(text: string): HeldChallenge | null {
  const read = text.length > 100 ? undefined : shape.safeParse(text.split('.')).data
  return read === undefined ? null : { id: read[0], browserHash: hashOf(read[1]) }
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

/** Blinds what a budget or a limit is kept under. */
export const blinded = (credentials: Pick<Credentials, 'keys'>, text: string): Buffer =>
  createHmac('sha256', credentials.keys('limit')[0].secret.reveal()).update(text).digest()

/** Whose tries and sends are counted: the mailbox, so that a tag brings no more of them. */
export const budgetHashOf = (credentials: Pick<Credentials, 'keys'>, email: Email): Buffer =>
  blinded(credentials, `mailbox:${mailboxOf(email)}`)
