import type { KyselyPlugin, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from 'kysely'
import { Secret } from './model/secret.ts'

/** Which columns hold secrets or what stands in for one: by their names, so that a new table needs no second place. */
export const isSecretColumn = (name: string) => /(^|_)(hash|sealed)$/.test(name)

/** Wraps secret columns as they come out of the database, so that a row which is logged or sent whole shows none. */
export const secretColumns: KyselyPlugin = {
  transformQuery: ({ node }): RootOperationNode => node,
  transformResult: async ({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> => {
    const names = Object.keys(result.rows[0] ?? {}).filter(isSecretColumn)
    if (names.length === 0) return result
    return { ...result, rows: result.rows.map((row) => wrapped(row, names)) }
  },
}

function wrapped(row: UnknownRow, names: readonly string[]): UnknownRow {
  const hidden = names.filter((name) => row[name] !== null).map((name) => [name, new Secret(row[name])] as const)
  return { ...row, ...Object.fromEntries(hidden) }
}
