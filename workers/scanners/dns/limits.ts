/** How long one try may take by UDP, and once more by TCP. */
export const tryMillis = 2000
/** No question begins after this. */
export const askingMillis = 48_000
/** With the questions that are under way then: their tries by UDP, with and without EDNS, and by TCP. */
export const longestMillis = askingMillis + 4 * tryMillis + 4000
