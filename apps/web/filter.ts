/** What the query of a page's address says of a list: texts, '' for what is not said. */
export type Filter<Name extends string> = Readonly<Record<Name, string>>

export const filterFrom = <Name extends string>(
  names: readonly Name[],
  query: Readonly<Record<string, string>>,
): Filter<Name> => Object.fromEntries(names.map((name) => [name, query[name] ?? ''])) as Filter<Name>

/** The parts that say something, as the API is asked them; what is wrong in them is left to it to refuse. */
export const saidOf = (filter: Filter<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
