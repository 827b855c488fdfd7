import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether an `Authorization` field holds this token as Bearer; in the same time for every one that does not. */
export const isBearer = (field: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(field ?? ''), digest(`Bearer ${token}`))
