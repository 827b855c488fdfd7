import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { environment } from './schema.ts'

type Environment = z.output<typeof environment>

export interface Config {
  readonly api: {
    readonly host: string
    readonly port: number
    /** An origin, the base of every link. */
    readonly publicUrl: string
    /** Files of our own certificate and key; null where a proxy speaks TLS, or nobody. */
    readonly tls: { readonly certFile: string; readonly keyFile: string } | null
    readonly trustedProxies: readonly string[]
    readonly corsOrigins: readonly string[]
    readonly signUp: Environment['SIGN_UP']
  }
  /** An absolute path. */
  readonly dataDir: string
  /** Null where `npm start` keeps a private Postgres. */
  readonly databaseUrl: string | null
  /** An absolute path. */
  readonly masterKeyFile: string
  readonly mail: {
    readonly smtpUrl: string | null
    readonly from: string
    /** Only people at this machine see its pages: without SMTP_URL, mail may be shown there. */
    readonly isDevelopment: boolean
  }
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly name: string
  } | null
  /** Null where nobody scrapes. */
  readonly metrics: { readonly token: string; readonly port: number | null } | null
  /** Null where nobody collects traces. */
  readonly tracing: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> } | null
  readonly writesPerMinute: number
  readonly queuedScans: number
  /** Null keeps scans for good. */
  readonly keepScansDays: number | null
  readonly attestation: boolean
  readonly abuseContact: string | null
  readonly outboundAllow: readonly string[]
  /** Null where the queue lives in Postgres. */
  readonly redisUrl: string | null
  readonly scanning: {
    readonly allow: readonly string[]
    readonly dnsServers: Environment['DNS_SERVERS']
    readonly canary: Exclude<Environment['CANARY'], undefined> | null
    readonly rdapBootstrap: string | null
    readonly whoisServer: Exclude<Environment['WHOIS_SERVER'], undefined> | null
    /** PEM text of CA_FILE. */
    readonly extraRoots: string | null
    readonly leaseSeconds: number
    readonly concurrency: number
    readonly drainSeconds: number
  }
  readonly workerProcesses: number
  readonly logLevel: Environment['LOG_LEVEL']
}

/** Bad settings, each named in one sentence. */
export class SettingsError extends Error {
  override name = 'SettingsError'
}

/** Reads settings once, at start-up. @throws SettingsError that names every bad one. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // A variable that is set to nothing is one that is not set: so compose files and shells write it.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  const complaints = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`)
  const extraRoots = readRoots(given['CA_FILE'], complaints)
  if (parsed.success) complaints.push(...contradictions(parsed.data))
  if (!parsed.success || complaints.length > 0) throw new SettingsError(`Bad settings. ${complaints.join('. ')}.`)

  const { data } = parsed
  const publicUrl = publicUrlOf(data)
  return Object.freeze({
    api: {
      host: data.HOST,
      port: data.PORT,
      publicUrl,
      tls:
        data.TLS_CERT_FILE === undefined || data.TLS_KEY_FILE === undefined
          ? null
          : { certFile: data.TLS_CERT_FILE, keyFile: data.TLS_KEY_FILE },
      trustedProxies: data.TRUSTED_PROXIES,
      corsOrigins: data.CORS_ORIGINS,
      signUp: data.SIGN_UP,
    },
    dataDir: resolve(data.DATA_DIR),
    masterKeyFile: resolve(data.MASTER_KEY_FILE ?? join(data.DATA_DIR, 'master-key')),
    mail: {
      smtpUrl: data.SMTP_URL ?? null,
      from: data.MAIL_FROM ?? `Portlight <portlight@${new URL(publicUrl).hostname}>`,
      isDevelopment: isLoopback(data.HOST) && data.NODE_ENV !== 'production',
    },
    oidc: oidcOf(data),
    metrics: data.METRICS_TOKEN === undefined ? null : { token: data.METRICS_TOKEN, port: data.METRICS_PORT ?? null },
    tracing:
      data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : { endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT, headers: data.OTEL_EXPORTER_OTLP_HEADERS ?? {} },
    writesPerMinute: data.WRITES_PER_MINUTE,
    queuedScans: data.QUEUED_SCANS,
    keepScansDays: data.KEEP_SCANS_DAYS ?? null,
    attestation: data.ATTESTATION === 'on',
    abuseContact: data.ABUSE_CONTACT ?? null,
    outboundAllow: data.OUTBOUND_ALLOW,
    databaseUrl: data.DATABASE_URL ?? null,
    redisUrl: data.QUEUE_URL?.startsWith('redis') ? data.QUEUE_URL : null,
    scanning: {
      allow: data.SCAN_ALLOW,
      dnsServers: data.DNS_SERVERS,
      canary: data.CANARY ?? null,
      rdapBootstrap: data.RDAP_BOOTSTRAP ?? null,
      whoisServer: data.WHOIS_SERVER ?? null,
      extraRoots,
      leaseSeconds: data.LEASE,
      concurrency: data.CONCURRENCY,
      drainSeconds: data.DRAIN_SECONDS,
    },
    workerProcesses: data.WORKERS,
    logLevel: data.LOG_LEVEL,
  })
}

function readRoots(file: string | undefined, complaints: string[]): string | null {
  if (file === undefined) return null
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
    complaints.push(`CA_FILE: ${file} holds no PEM certificate`)
  } catch (error) {
    complaints.push(`CA_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
  return null
}

function publicUrlOf({ PUBLIC_URL, TLS_CERT_FILE, PORT }: Environment): string {
  return PUBLIC_URL ?? new URL(`${TLS_CERT_FILE === undefined ? 'http' : 'https'}://localhost:${PORT}`).origin
}

const isLoopback = (host: string) => /^(127(\.\d+){1,3}|localhost|::1)$/i.test(host)

const googleIssuer = 'https://accounts.google.com'

function oidcOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME }: Environment): Config['oidc'] {
  if (OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined || OIDC_CLIENT_SECRET === undefined) return null
  const issuer = OIDC_ISSUER === 'google' ? googleIssuer : OIDC_ISSUER
  const name = OIDC_NAME ?? (OIDC_ISSUER === 'google' ? 'Google' : new URL(issuer).host)
  return { issuer, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET, name }
}

/** What each setting allows by itself, and not beside the others. */
const contradictions = (data: Environment): string[] =>
  [queueObjection(data), plainHttpObjection(data), tlsObjection(data), ...oidcObjections(data)].filter(
    (objection) => objection !== null,
  )

/** The Postgres queue shares the scans' transactions, so it has to live in the same database. */
function queueObjection({ DATABASE_URL, QUEUE_URL }: Environment): string | null {
  const apart = QUEUE_URL?.startsWith('postgres') && QUEUE_URL !== DATABASE_URL
  return apart ? 'QUEUE_URL: a queue in Postgres lives in the database of DATABASE_URL; leave QUEUE_URL out' : null
}

/** Passwords and cookies do not cross a network in the clear unless somebody says so. */
function plainHttpObjection({ HOST, ALLOW_PLAIN_HTTP, ...data }: Environment): string | null {
  if (isLoopback(HOST) || ALLOW_PLAIN_HTTP === 'on') return null
  if (publicUrlOf({ HOST, ALLOW_PLAIN_HTTP, ...data }).startsWith('https:')) return null
  return `HOST: ${HOST} can be reached from other machines, so PUBLIC_URL has to begin with https:// (or set ALLOW_PLAIN_HTTP=on)`
}

function tlsObjection({ TLS_CERT_FILE, TLS_KEY_FILE, PUBLIC_URL }: Environment): string | null {
  if ((TLS_CERT_FILE === undefined) !== (TLS_KEY_FILE === undefined))
    return 'TLS_CERT_FILE, TLS_KEY_FILE: one needs the other'
  for (const [name, file] of Object.entries({ TLS_CERT_FILE, TLS_KEY_FILE })) {
    const failure = file === undefined ? null : readingFailure(file)
    if (failure !== null) return `${name}: ${file} cannot be read (${failure})`
  }
  const isPlain = TLS_CERT_FILE !== undefined && PUBLIC_URL?.startsWith('http:') === true
  return isPlain ? 'PUBLIC_URL: with TLS_CERT_FILE it begins with https://' : null
}

function oidcObjections({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: Environment): string[] {
  const needed = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []))
  const isHalf = missing.length > 0 && missing.length < 3
  const isPlain =
    OIDC_ISSUER?.startsWith('http:') === true && !isLoopback(new URL(OIDC_ISSUER).hostname.replace(/^\[|\]$/g, ''))
  return [
    ...(isHalf
      ? [`${missing.join(', ')}: sign-in by a provider needs OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET`]
      : []),
    ...(isPlain ? ['OIDC_ISSUER: must begin with https://'] : []),
  ]
}

function readingFailure(file: string): string | null {
  try {
    readFileSync(file)
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error'
  }
}
