import type { Migration } from 'kysely/migration'
import * as scans from './2026-11-25-scans.ts'

/** Every step of the schema, in order. A step that has landed never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-25-scans': scans,
}

export const newestMigration = Object.keys(migrations).at(-1)
