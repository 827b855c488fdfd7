import { z } from 'zod'
import { DomainError } from '#db/model/errors.ts'
import type { ScanCursor } from '#db/queries/scans.ts'

const shape = z.tuple([z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/), z.uuid()])

export const writeCursor = ({ cursor, id }: { cursor: string; id: string }): string =>
  Buffer.from(JSON.stringify([cursor, id])).toString('base64url')

/** @throws DomainError for anything that writeCursor did not make. */
export function readCursor(text: string): ScanCursor {
  try {
    const [createdAt, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { createdAt, id }
  } catch {
    throw new DomainError('invalid-cursor', 'The cursor is not one that this list gave out.')
  }
}
