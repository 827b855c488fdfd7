/** One directive of a policy: the name in lower case, the values as they were written. */
export interface Directive {
  readonly name: string
  readonly values: readonly string[]
}

/** A serialized policy, taken apart (CSP3 §2.2). */
export interface Policy {
  /** The first of each name: a later one of the same name is ignored. */
  readonly directives: readonly Directive[]
  /** Names that stand more than once. */
  readonly repeated: readonly string[]
}

/** The policies in all fields of one name: every comma begins another one (CSP3 §2.2.2). An empty one is none. */
export const parsePolicies = (values: readonly string[]): Policy[] =>
  values
    .flatMap((value) => value.split(','))
    .map(parsePolicy)
    .filter(({ directives }) => directives.length > 0)

/** CSP3 §2.2.1. */
export function parsePolicy(serialized: string): Policy {
  const directives = new Map<string, readonly string[]>()
  const repeated = new Set<string>()
  for (const part of serialized.split(';')) {
    // A directive that is not ASCII is skipped whole.
    if (/[^\x00-\x7f]/.test(part)) continue
    const [name, ...values] = part.split(/[\t\n\f\r ]+/).filter((word) => word !== '')
    if (name === undefined) continue
    const lower = name.toLowerCase()
    if (directives.has(lower)) repeated.add(lower)
    else directives.set(lower, values)
  }
  return { directives: [...directives].map(([name, values]) => ({ name, values })), repeated: [...repeated] }
}

/** The values of the first of these directives that the policy has; null where it has none of them, so that it limits nothing here. */
export function valuesOfFirst({ directives }: Policy, ...names: readonly string[]): readonly string[] | null {
  for (const name of names) {
    const directive = directives.find((directive) => directive.name === name)
    if (directive) return directive.values
  }
  return null
}

/** Names that some specification knows or knew (CSP 1 to 3, Trusted Types, Mixed Content, Fenced Frame and others). */
export const knownDirectives = new Set([
  'base-uri',
  'block-all-mixed-content',
  'child-src',
  'connect-src',
  'default-src',
  'disown-opener',
  'fenced-frame-src',
  'font-src',
  'form-action',
  'frame-ancestors',
  'frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'navigate-to',
  'object-src',
  'plugin-types',
  'prefetch-src',
  'referrer',
  'reflected-xss',
  'report-to',
  'report-uri',
  'require-sri-for',
  'require-trusted-types-for',
  'sandbox',
  'script-src',
  'script-src-attr',
  'script-src-elem',
  'style-src',
  'style-src-attr',
  'style-src-elem',
  'trusted-types',
  'upgrade-insecure-requests',
  'webrtc',
  'worker-src',
])

/** Once specified, since withdrawn: browsers heed none of them, or only for old times' sake. */
export const withdrawnDirectives = new Set([
  'block-all-mixed-content',
  'plugin-types',
  'referrer',
  'reflected-xss',
  'require-sri-for',
])

/** Directives whose values are a source list (CSP3 §2.3.1). */
export const hasSourceList = (name: string): boolean =>
  /-src(-elem|-attr)?$/.test(name) || ['base-uri', 'form-action', 'frame-ancestors', 'navigate-to'].includes(name)
