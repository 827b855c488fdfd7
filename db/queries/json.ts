import { storableText } from '../model/text.ts'

/** A document as jsonb takes it: Postgres stores neither NUL nor half a surrogate pair, and one of them would lose the whole row. */
export const storable = (document: object): string =>
  JSON.stringify(document, (_name, value: unknown) => (typeof value === 'string' ? storableText(value) : value))
