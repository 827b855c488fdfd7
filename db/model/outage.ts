/** What one scan can tell to be silent; `network` is told of several together. */
export const silenceCauses = ['host', 'resolver', 'registry'] as const
export type SilenceCause = (typeof silenceCauses)[number]

export const outageCauses = [...silenceCauses, 'network'] as const
export type OutageCause = (typeof outageCauses)[number]
