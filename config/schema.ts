import { isIP } from 'node:net'
import { z } from 'zod'

const port = z.coerce.number().int().min(1).max(65_535)
const seconds = z.coerce.number().positive().max(3600)

/** `10.0.0.0/8, fd00::/8` → the list, or one message naming the first bad entry. */
const cidrs = z.string().transform((text, context) => {
  const entries = listOf(text)
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address)
    const widest = family === 4 ? 32 : 128
    if (family === 0 || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > widest))) {
      context.addIssue({ code: 'custom', message: `"${entry}" is no address range such as 192.168.0.0/16 or fd00::/8` })
      return z.NEVER
    }
  }
  return entries.map((entry) => (entry.includes('/') ? entry : `${entry}/${isIP(entry) === 4 ? 32 : 128}`))
})

const listOf = (text: string) =>
  text
    .split(/[\s,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. */
const servers = z.string().transform((text, context) => {
  const parsed = listOf(text).map((entry) => {
    const [, bracketed, v4, portText] = /^(?:\[([0-9a-f:.]+)\]|([\d.]+))(?::(\d+))?$/i.exec(entry) ?? []
    const address = bracketed ?? v4 ?? entry
    const number = portText === undefined ? 53 : Number(portText)
    if (isIP(address) === 0 || number < 1 || number > 65_535) {
      context.addIssue({ code: 'custom', message: `"${entry}" is no address of a name server` })
      return z.NEVER
    }
    return { address, port: number }
  })
  return parsed
})

const canary = z.string().transform((text, context) => {
  const [, bracketed, v4, portText] = /^(?:\[([0-9a-f:.]+)\]|([\d.]+)):(\d+)$/i.exec(text) ?? []
  const address = bracketed ?? v4 ?? ''
  const port = Number(portText)
  if (isIP(address) > 0 && port >= 1 && port <= 65_535) return { address, port }
  context.addIssue({ code: 'custom', message: `"${text}" is no address:port` })
  return z.NEVER
})

const whoisServer = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i, 'is no host or host:port')
  .transform((text) => {
    const [, bracketed, host, portText] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
    return { host: bracketed ?? host ?? text, port: portText === undefined ? 43 : Number(portText) }
  })

/** Scheme, host and port alone: links are made by adding a path. */
const origin = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => URL.canParse(text) && /^\/?$/.test(text.slice(new URL(text).origin.length)),
    'is no origin such as https://portlight.example.org',
  )
  .transform((text) => new URL(text).origin)

const origins = z.string().transform((text, context) => {
  const parsed = listOf(text).map((entry) => origin.safeParse(entry))
  const bad = parsed.findIndex(({ success }) => !success)
  if (bad === -1) return parsed.map(({ data }) => data!)
  context.addIssue({ code: 'custom', message: `"${listOf(text)[bad]}" is no origin such as https://example.org` })
  return z.NEVER
})

/** `Authorization=Basic%20…,x-tenant=a`: as OpenTelemetry has it. */
const otlpHeaders = z.string().transform((text, context) => {
  const fields: Record<string, string> = {}
  for (const entry of listOf(text)) {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+)=([\x21-\x7e]*)$/.exec(entry) ?? []
    const plain = decoded(value)
    if (name === '' || plain === null) {
      context.addIssue({ code: 'custom', message: 'is no list such as name=value,other=value' })
      return z.NEVER
    }
    fields[name] = plain
  }
  return fields
})

function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text)
    return /^[\x20-\x7e]*$/.test(plain) ? plain : null
  } catch {
    return null
  }
}

const onOrOff = z.enum(['on', 'off'])

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
const queueUrl = z.string().regex(/^(postgres(ql)?|rediss?):\/\//, 'must begin with redis://, rediss:// or postgres://')

/** Every setting there is, in the order of the README's table, which a test compares with this. */
export const environment = z.object({
  PORT: port.default(3000).describe('Port of the API.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the API listens on.'),
  PUBLIC_URL: origin
    .optional()
    .describe(
      'Where people and links reach it, such as `https://portlight.example.org`; else `http://localhost:PORT`.',
    ),
  TLS_CERT_FILE: z.string().min(1).optional().describe('PEM file of our own certificate and its chain: serves https.'),
  TLS_KEY_FILE: z.string().min(1).optional().describe('PEM file of its key.'),
  ALLOW_PLAIN_HTTP: onOrOff
    .default('off')
    .describe('`on` lets `HOST` be more than this machine without an https `PUBLIC_URL`.'),
  TRUSTED_PROXIES: cidrs
    .default([])
    .describe('Address ranges, by comma, of proxies whose X-Forwarded-For is believed.'),
  CORS_ORIGINS: origins.default([]).describe('Origins, by comma, whose pages may call the API with a key.'),
  QUEUED_SCANS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Scans of one organisation that may wait at a time.'),
  KEEP_SCANS_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe(
      'Scans that ended longer ago are deleted; without it each organisation says how long, or they are kept for good.',
    ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Sent as Bearer by whoever scrapes `/metrics`; without it nothing is counted, and there is no such page.',
    ),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      'Where the first worker shows its metrics, at `HOST`; further ones of `npm start` take the ports after it.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Collector of OpenTelemetry, such as `http://localhost:4318`: traces go there by OTLP/HTTP; without it there are none.',
    ),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders
    .optional()
    .describe('Fields sent to it, by comma, as `name=value`, percent-encoded.'),
  WRITES_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(6000)
    .describe('Requests that change something, scans among them, that one key or session may send in a minute.'),
  SIGN_UP: z.enum(['open', 'closed']).default('open').describe('`closed`: accounts are made by invitation only.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.portlight')
    .describe('Where the embedded Postgres, the API key, caches and logs lie.'),
  MASTER_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('The key that seals all others in the database, made at the first start; else `DATA_DIR/master-key`.'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe('Postgres 15 or newer; without it `npm start` keeps a private one in `DATA_DIR`.'),
  QUEUE_URL: queueUrl
    .optional()
    .describe('`redis://…` puts the queue into Redis (AOF, noeviction); otherwise it lives in Postgres.'),
  SCAN_ALLOW: cidrs
    .default([])
    .describe('Address ranges, by comma, that may be scanned although they are not public: labs, LANs.'),
  ATTESTATION: onOrOff
    .default('on')
    .describe('`off`: nobody may state authority over a target in place of proving it.'),
  ABUSE_CONTACT: z
    .string()
    .max(300)
    .regex(/^(mailto:|https:\/\/)[\x21-\x7e]+$/, 'is no mailto: or https: URI')
    .optional()
    .describe('`mailto:abuse@example.org`: where whoever is scanned can write; shown in `/.well-known/probing.txt`.'),
  OUTBOUND_ALLOW: cidrs
    .default([])
    .describe('Address ranges, by comma, that webhooks and other channels may reach although they are not public.'),
  DNS_SERVERS: servers
    .default([])
    .describe('Name servers, by comma, as `address` or `address:port`; else those of the system.'),
  CANARY: canary
    .optional()
    .describe(
      '`address:port` of something that answers whenever our network is there; asked when targets fall silent, to tell whose fault it is.',
    ),
  RDAP_BOOTSTRAP: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("URL of an RDAP bootstrap file (RFC 9224); else IANA's."),
  WHOIS_SERVER: whoisServer.optional().describe("Host, or host:port, asked first by WHOIS; else IANA's."),
  CA_FILE: z.string().min(1).optional().describe('PEM file of further roots to trust when judging certificates.'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('`smtps://user:password@host`: where mail is handed over; without it none is sent.'),
  MAIL_FROM: z
    .string()
    .min(3)
    .max(320)
    .regex(/^[^\p{Cc}]*$/u, 'holds a control character')
    .optional()
    .describe('Sender of mail, as `Name <address>`; else `portlight@` the host of `PUBLIC_URL`.'),
  OIDC_ISSUER: z
    .union([z.literal('google'), z.url({ protocol: /^https?$/ })], 'must be an https URL, or google')
    .optional()
    .describe('Sign-in provider (OpenID Connect): its issuer URL, or `google`.'),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('What the provider calls us.'),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('What we prove that by.'),
  OIDC_NAME: z.string().min(1).max(60).optional().describe('What the button says; else the host of the issuer.'),
  LEASE: seconds.default(10).describe('Seconds for which a worker holds a scan without renewing.'),
  DRAIN_SECONDS: seconds
    .default(20)
    .describe('How long a stopping worker lets its running scans go on before it hands them back.'),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1).describe('Worker processes that `npm start` runs.'),
  CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Scans that one worker process runs side by side.'),
  NODE_ENV: z.string().optional().describe('`production`: mail is never shown on a page, whatever `HOST` is.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least level that is logged.'),
})
