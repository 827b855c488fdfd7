import { z } from 'zod'
import { bodyEnds } from './message/body.ts'
import { deviations } from './message/head.ts'
import { sameSites } from './policy/set-cookie.ts'

const port = z.number().int().min(1).max(65_535)

export const options = z.strictObject({
  httpPort: port.default(80),
  httpsPort: port.default(443),
  /** What is asked for first, by both walks. */
  path: z
    .string()
    .max(1000)
    .regex(/^\/[!-"$-~]*$/, 'begins with a slash and holds printable ASCII, without a fragment')
    .default('/'),
  /** Each wait: for a connection, a handshake, a whole head, a whole body. */
  timeoutMillis: z.number().int().min(100).max(30_000).default(10_000),
  /** The longest that one walk goes on; both go side by side. */
  walkMillis: z.number().int().min(1000).max(120_000).default(30_000),
  maxRedirects: z.number().int().min(5).max(20).default(10),
})
export type HttpOptions = z.output<typeof options>

/** The most of each that is kept; what is left of it is counted beside it. */
export const most = {
  url: 2048,
  fields: 100,
  value: 8192,
  name: 256,
  word: 300,
  cookies: 100,
  policies: 32,
  directives: 64,
  sources: 1000,
  tried: 8,
  disclosures: 20,
} as const

const count = z.number().int().nonnegative()
const word = z.string().max(most.word)
const url = z.string().max(most.url)
const address = z.string().max(64)

/** As sent, read as ISO 8859-1. `kept` says whether all of the value stands here: a cookie's own value never does. */
const field = z.object({
  name: z.string().max(most.name),
  value: z.string().max(most.value),
  octets: count,
  kept: z.enum(['whole', 'cut', 'without-cookie-value']),
})

const hsts = z.object({
  fieldCount: count,
  /** The first field, the only one that counts. */
  value: z.string().max(most.value),
  /** Null where its grammar is broken. */
  policy: z.object({ maxAgeSeconds: count, includeSubDomains: z.boolean(), preload: z.boolean() }).nullable(),
})
export type HstsFact = z.output<typeof hsts>

const cookie = z.object({
  name: z.string().max(most.name),
  /** Of name and value together; the value is somebody's secret and is not kept. */
  octets: count,
  secure: z.boolean(),
  httpOnly: z.boolean(),
  sameSite: z.enum(sameSites).nullable(),
  domain: z.string().max(most.name).nullable(),
  /** False where browsers refuse the domain: it does not cover the host, or is a public suffix. */
  mayHaveDomain: z.boolean(),
  path: z.string().max(most.name).nullable(),
  /** True for a cookie that only takes an older one away. */
  deletes: z.boolean(),
})
export type CookieFact = z.output<typeof cookie>

/** Why no response came: the one word of the walk, and what is known beyond it. */
export const failures = [
  'refused',
  'timeout',
  'closed',
  'unreachable',
  'tls-failed',
  'malformed',
  'too-large',
  'not-allowed',
  'not-asked',
  'unresolved',
] as const
const failure = z.object({ outcome: z.enum(failures), detail: word })
export type FailureFact = z.output<typeof failure>
export type FailureOutcome = FailureFact['outcome']

const body = z.object({
  end: z.enum(bodyEnds),
  octets: count,
  /** Content codings, outermost last. */
  codings: z.array(word).max(10),
  decoded: z.enum(['complete', 'cut', 'broken', 'not-decoded']),
  decodedOctets: count,
})

const response = z.object({
  version: z.string().max(16),
  status: z.number().int().min(0).max(999),
  reasonPhrase: word,
  /** `text/html`; null where Content-Type says none that can be read. */
  mediaType: word.nullable(),
  interimResponses: count,
  fields: z.array(field).max(most.fields),
  fieldCount: count,
  deviations: z.array(z.enum(deviations)).max(deviations.length),
  hsts: hsts.nullable(),
  cookies: z.array(cookie).max(most.cookies),
  cookieCount: count,
  /** Fields that tell of the software behind. */
  disclosures: z.array(z.object({ name: z.string().max(most.name), value: word })).max(most.disclosures),
  /** Null where the body was not asked for: a redirect's is nobody's page. */
  body: body.nullable(),
})
export type ResponseFact = z.output<typeof response>

/** Where a redirect leads, and what became of it. */
export const leads = ['followed', 'limit', 'loop', 'off-site', 'blocked-port', 'no-location', 'bad-location'] as const
const redirect = z.object({
  location: url,
  /** The URL that it means; null where it means none. */
  target: url.nullable(),
  lead: z.enum(leads),
})
export type RedirectFact = z.output<typeof redirect>

const hop = z.object({
  url,
  /** Null where the host gave none. */
  address: address.nullable(),
  /** Addresses of the same host that were tried before, in vain. */
  tried: z.array(z.object({ address, failure })).max(most.tried),
  tls: z.object({ version: word, cipherSuite: word }).nullable(),
  /** One of these two. */
  response: response.nullable(),
  failure: failure.nullable(),
  redirect: redirect.nullable(),
})
export type Hop = z.output<typeof hop>

export const walkOutcomes = ['ok', 'redirect', 'loop', 'limit', ...failures] as const
const walk = z.object({
  start: url,
  outcome: z.enum(walkOutcomes),
  /** In the order they were asked; the last one ends the walk. */
  hops: z.array(hop).max(21),
})
export type Walk = z.output<typeof walk>

const source = z.string().max(most.word)
const policy = z.object({
  from: z.enum(['field', 'meta']),
  enforced: z.boolean(),
  /** A script element began before this meta element, so that it does not govern that one. */
  afterScript: z.boolean(),
  directives: z
    .array(z.object({ name: z.string().max(most.word), values: z.array(source).max(most.sources) }))
    .max(most.directives),
  repeated: z.array(z.string().max(most.word)).max(most.directives),
})
export type PolicyFact = z.output<typeof policy>

/** The last response of the https walk, or of the http walk where https gave none: what a visitor is shown. */
const document = z.object({
  walk: z.enum(['http', 'https']),
  url,
  address,
  isPage: z.boolean(),
  /** Whether the markup was read to its end, and whether to the end of its head: what was not seen is not known. */
  isWhole: z.boolean(),
  isHeadWhole: z.boolean(),
  contentTypeOptions: z.array(word).max(20),
  frameOptions: z.object({ values: z.array(word).max(20), inForce: z.boolean() }),
  policies: z.array(policy).max(most.policies),
  /** False where a policy is too large to be kept whole. */
  arePoliciesWhole: z.boolean(),
  referrer: z.object({
    members: z.array(word).max(20),
    /** What the fields come to, and what meta elements make of it; null where they set nothing. */
    byField: word.nullable(),
    byMeta: word.nullable(),
  }),
  generators: z.array(word).max(20),
})
export type DocumentFact = z.output<typeof document>

export const result = z.object({
  host: z.string().max(300),
  isAddress: z.boolean(),
  walks: z.object({ http: walk, https: walk }),
  /** Null where neither walk reached one. */
  document: document.nullable(),
})
export type HttpResult = z.output<typeof result>
