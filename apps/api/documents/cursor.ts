import { z } from 'zod'
import { DomainError } from '#db/model/errors.ts'
import type { ScanCursor } from '#db/queries/scans.ts'

/** An instant as Postgres writes it, with its microseconds. */
export const instantText = z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/)

/** A place in a list, as the text that its next page is asked with. */
export const cursorOf = <Shape extends z.ZodType>(shape: Shape) => ({
  write: (place: z.output<Shape>): string => Buffer.from(JSON.stringify(place)).toString('base64url'),
  /** @throws DomainError for anything that `write` did not make. */
  read: (text: string): z.output<Shape> => {
    try {
      return shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    } catch {
      throw new DomainError('invalid-cursor', 'The cursor is not one that this list gave out.')
    }
  },
})

const byCreation = cursorOf(z.tuple([instantText, z.uuid()]))

export const writeCursor = ({ cursor, id }: { cursor: string; id: string }): string => byCreation.write([cursor, id])

/** @throws DomainError for anything that writeCursor did not make. */
export function readCursor(text: string): ScanCursor {
  const [createdAt, id] = byCreation.read(text)
  return { createdAt, id }
}
