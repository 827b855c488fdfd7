import { sql } from 'kysely'
import type { Secret } from '../model/secret.ts'

/** A hash to look a row up by: such a column comes out of the database wrapped, and goes in bare. */
export const sameHash = (hash: Buffer) => sql<Secret<Buffer>>`${hash}`
