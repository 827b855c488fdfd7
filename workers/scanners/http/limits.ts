import type { HttpOptions } from './schema.ts'

/** The longest that we wait for the name's addresses before the walks begin: two silent resolvers, twice each. */
const resolveMillis = 20_000

export const longestMillis = ({ walkMillis }: HttpOptions): number => resolveMillis + walkMillis
