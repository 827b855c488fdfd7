import type { Migration } from 'kysely/migration'
import * as scans from './2026-11-25-scans.ts'
import * as keys from './2026-11-26-keys.ts'

/** Every step of the schema, in order. A step that has landed never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-25-scans': scans,
  '2026-11-26-keys': keys,
}

export const newestMigration = Object.keys(migrations).at(-1)
