/** What a source list lets through (CSP3 §6.7). Keywords, schemes and hash names have no casing. */
export type Sources = readonly string[]

const has = (sources: Sources, ...wanted: readonly string[]): boolean =>
  sources.some((source) => wanted.includes(source.toLowerCase()))

const base64 = '[A-Za-z0-9+/_-]+={0,2}'
const nonceSource = new RegExp(`^'nonce-(${base64})'$`, 'i')
const hashSource = new RegExp(`^'sha(?:256|384|512)-${base64}'$`, 'i')

/** The nonces that stand in a list, without their padding. */
export const noncesOf = (sources: Sources): string[] =>
  sources.flatMap((source) => nonceSource.exec(source)?.[1]?.replace(/=+$/, '') ?? [])

const hasNonceOrHash = (sources: Sources): boolean =>
  sources.some((source) => nonceSource.test(source) || hashSource.test(source))

/** "Does a source list allow all inline behavior" (§6.7.3.2): a nonce or hash switches 'unsafe-inline' off, for scripts 'strict-dynamic' too. */
export function allowsAllInline(sources: Sources, kind: 'script' | 'style'): boolean {
  if (hasNonceOrHash(sources) || (kind === 'script' && trustsItsScripts(sources))) return false
  return has(sources, "'unsafe-inline'")
}

/** 'strict-dynamic' makes every host and scheme of a script list count for nothing (§8.2). */
export const trustsItsScripts = (sources: Sources): boolean => has(sources, "'strict-dynamic'")

export const allowsEval = (sources: Sources): boolean => has(sources, "'unsafe-eval'")

export const allowsData = (sources: Sources): boolean => has(sources, 'data:')

/** `*`, `http:`, `https:`, and host sources that name every host. */
export const allowsAnyHost = (sources: Sources): boolean =>
  sources.some((source) => /^(?:\*|https?:|(?:https?:\/\/)?\*(?::(?:\*|\d+))?\/?)$/i.test(source))

/** Sources that name plain http. */
export const plainHttpOf = (sources: Sources): string[] => sources.filter((source) => /^http:(?:\/\/|$)/i.test(source))

/** 'none' means nothing beside other sources, and is ignored then (§6.7.2.3); 'report-sample' is no source. */
export const hasIgnoredNone = (sources: Sources): boolean =>
  has(sources, "'none'") && sources.some((source) => !["'none'", "'report-sample'"].includes(source.toLowerCase()))

const keywords = [
  'inline-speculation-rules',
  'none',
  'report-sample',
  'self',
  'strict-dynamic',
  'trusted-types-eval',
  'unsafe-eval',
  'unsafe-hashes',
  'unsafe-inline',
  'unsafe-allow-redirects',
  'unsafe-webtransport-hashes',
  'wasm-unsafe-eval',
]

/** Keywords, nonces and hashes without their quotes, which makes host names of them. */
export const unquotedOf = (sources: Sources): string[] =>
  sources.filter(
    (source) =>
      keywords.includes(source.toLowerCase()) || nonceSource.test(`'${source}'`) || hashSource.test(`'${source}'`),
  )
