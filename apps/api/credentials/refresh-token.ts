import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Key } from '#db/queries/keys.ts'

/** One exchange of a session's refresh token. */
export interface RefreshTokenSubject {
  readonly sessionId: string
  readonly generation: number
}

export interface RefreshTokens {
  sign(subject: RefreshTokenSubject): string
  /** Null for what is no token of ours; whether it is still good the session's row says. */
  read(token: string): RefreshTokenSubject | null
}

const shape = z.tuple([z.uuid(), z.string().regex(/^[1-9]\d{0,8}$/), z.string().regex(/^[\w-]{43}$/)])

/** Tokens that are made of the session, its generation and a key: no store holds one, so no dump gives one away. The MAC has 256 bits. */
export function refreshTokens(keys: readonly [Key, ...Key[]]): RefreshTokens {
  const macBy = ({ secret }: Key, text: string) => createHmac('sha256', secret.reveal()).update(text).digest()
  return {
    sign: ({ sessionId, generation }) => {
      const text = `${sessionId}.${generation}`
      return `${text}.${macBy(keys[0], text).toString('base64url')}`
    },
    read: (token) => {
      const parts = token.length > 100 ? null : shape.safeParse(token.split('.')).data
      if (!parts) return null
      const [sessionId, generation, mac] = parts
      const given = Buffer.from(mac, 'base64url')
      if (given.toString('base64url') !== mac) return null
      const isOurs = keys.some((key) => timingSafeEqual(macBy(key, `${sessionId}.${generation}`), given))
      return isOurs ? { sessionId, generation: Number(generation) } : null
    },
  }
}
