import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Key } from '#db/queries/keys.ts'

type Keys = readonly [Key, ...Key[]]

const shape = z.tuple([z.uuid(), z.uuid(), z.string().regex(/^[\w-]{43}$/)])
/** A browser may be known to so many accounts. */
const atMost = 5
const separator = '~'

const macBy = ({ secret }: Key, deviceId: string, userId: string) =>
  createHmac('sha256', secret.reveal()).update(`device:${deviceId}:${userId}`).digest()

/** Names a browser that has proved a second factor for this account, signed. It opens nothing by itself. */
export const deviceToken = (keys: Keys, deviceId: string, userId: string): string =>
  `${deviceId}.${userId}.${macBy(keys[0], deviceId, userId).toString('base64url')}`

/** The devices among these tokens (one, or as `addDevice` joined them) that are signed for this account. */
export function devicesOf(keys: Keys, tokens: string, userId: string): string[] {
  return tokens
    .split(separator)
    .slice(0, atMost)
    .flatMap((token) => {
      const [deviceId, owner, mac] = shape.safeParse(token.split('.')).data ?? []
      if (deviceId === undefined || mac === undefined || owner !== userId) return []
      const given = Buffer.from(mac, 'base64url')
      return keys.some((key) => timingSafeEqual(macBy(key, deviceId, userId), given)) ? [deviceId] : []
    })
}

/** Joins a token to those that the browser has; the oldest goes where there are too many. */
export const addDevice = (tokens: string | undefined, token: string): string =>
  [token, ...(tokens ?? '').split(separator).filter((known) => known !== '' && known !== token)]
    .slice(0, atMost)
    .join(separator)
