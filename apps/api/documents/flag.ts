/** What a query says by `true` or `false`; null where it says nothing. */
export const flagOf = (said: 'true' | 'false' | undefined): boolean | null =>
  said === undefined ? null : said === 'true'
