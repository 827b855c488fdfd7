import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { environment } from './schema.ts'

type Environment = z.output<typeof environment>

export interface Config {
  readonly api: { readonly host: string; readonly port: number }
  /** An absolute path. */
  readonly dataDir: string
  /** Null where `npm start` keeps a private Postgres. */
  readonly databaseUrl: string | null
  /** Null where the queue lives in Postgres. */
  readonly redisUrl: string | null
  readonly scanning: {
    readonly allow: readonly string[]
    readonly dnsServers: Environment['DNS_SERVERS']
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
  return Object.freeze({
    api: { host: data.HOST, port: data.PORT },
    dataDir: resolve(data.DATA_DIR),
    databaseUrl: data.DATABASE_URL ?? null,
    redisUrl: data.QUEUE_URL?.startsWith('redis') ? data.QUEUE_URL : null,
    scanning: {
      allow: data.SCAN_ALLOW,
      dnsServers: data.DNS_SERVERS,
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

/** The Postgres queue shares the scans' transactions, so it has to live in the same database. */
function contradictions({ DATABASE_URL, QUEUE_URL }: Environment): string[] {
  const apart = QUEUE_URL?.startsWith('postgres') && QUEUE_URL !== DATABASE_URL
  return apart ? ['QUEUE_URL: a queue in Postgres lives in the database of DATABASE_URL; leave QUEUE_URL out'] : []
}
