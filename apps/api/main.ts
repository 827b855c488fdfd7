import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { type Config, loadConfig } from '#config/index.ts'
import { createLog, type Log } from '#config/log.ts'
import { openMetrics } from '#workers/metrics/metrics.ts'
import { endOnBugs, exitCodes, StartError, start, stopSignal } from '#config/start.ts'
import { openBus } from '#db/bus.ts'
import { MasterKeyError } from '#db/master-key.ts'
import { parseRange } from '#db/model/address.ts'
import { openMasterKey } from '#db/open-master-key.ts'
import { checkPassword } from '#db/passwords.ts'
import { Secret } from '#db/model/secret.ts'
import { UnsealError } from '#db/seal.ts'
import { createProviderFetch } from '#workers/network/provider-fetch.ts'
import { keepReconciling } from '#workers/queue/keep-reconciling.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { openStores, type Stores, whileAway } from '#workers/queue/stores.ts'
import { noteStatements, openTracing, type Tracing } from '#workers/tracing/tracer.ts'
import { showPool } from '#workers/metrics/show-pool.ts'
import { showTracing } from '#workers/metrics/show-tracing.ts'
import { keepSparing } from '#workers/queue/keep-sparing.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { createApp } from './app.ts'
import { showInstance } from './metrics/facts.ts'
import { watchCertificate } from './metrics/own-certificate.ts'
import type { ShownMetrics } from './metrics/pages.ts'
import { openCredentials } from './credentials/credentials.ts'
import { callbackPath } from './pages/provider.ts'
import { openProvider, type Provider } from './provider/provider.ts'
import type { Site } from './site.ts'

/** A balancer needs this long to notice that we are no longer ready. */
const servingOnMillis = 1500
/** What still runs after that is cut off. */
const lastAnswersMillis = 3000

/** A renewed certificate is in use this long after it was written. */
const certificateMillis = 60_000

/** Slow heads and idle connections are the cheapest attack on a server: each has its time. */
const serverOptions = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5000, maxHeaderSize: 16_384 }

await start(async () => {
  const config = loadConfig(process.env)
  const { databaseUrl, redisUrl, api, scanning, logLevel } = config
  if (databaseUrl === null)
    throw new StartError('DATABASE_URL is not set: name a Postgres, or use `npm start`, which brings its own.')
  const log = createLog('api', logLevel)
  endOnBugs(log)
  const stop = stopSignal()
  const onError = (err: Error) => log.warn({ err }, 'a store did not answer')
  const tracing = openTracing(config.tracing, 'portlight-api', (err) => log.warn({ err }, 'traces are not collected'))
  const tracer = config.tracing === null ? null : tracing.tracer
  const onStatement = tracer === null ? undefined : noteStatements(tracer)
  const stores = await openStores(
    { name: 'api', databaseUrl, redisUrl, poolSizes: { ours: 8, queue: 2 }, timeoutMillis: 1500, onError, onStatement },
    stop,
  )
  const { db } = stores
  const opened = <Answer>(open: () => Promise<Answer>) => whileAway(open, onError, stop).catch(unstartable)
  const masterKey = await opened(() => openMasterKey(db, config.masterKeyFile))
  const credentials = await opened(() => openCredentials(db, masterKey, api.publicUrl))
  const bus = openBus({ url: databaseUrl, name: 'portlight-api', onError })
  const guard = spellingGuard(scanning.allow)
  await keepSparing(stores.db, bus, guard, stop)
  const onBug = (error: unknown, about: object) => log.error({ ...about, err: error }, 'a bug of ours')
  const bound = createQueueBound(stores.db, config.queuedScans)
  const metrics = await openShown(config, stores, tracing)
  const app = createApp({
    ...stores,
    metrics,
    tracer,
    bus,
    masterKey,
    credentials,
    site: siteOf(config),
    provider: providerOf(config),
    guard,
    outboundGuard: spellingGuard(config.outboundAllow),
    bound,
    log,
    onBug,
    isDraining: () => stop.aborted,
  })
  const server = await listen(
    serve({ fetch: app.fetch, hostname: api.host, port: api.port, ...serving(api.tls) }) as Server,
    api,
  )
  if (api.tls !== null) followCertificate(server as TlsServer, api.tls, log, stop)
  log.info({ host: api.host, port: api.port }, 'listening')
  if (metrics !== null) {
    const unseen = (err: Error) => log.warn({ err }, 'our own certificate was not seen')
    watchCertificate(metrics.instance, api.publicUrl, unseen, stop)
  }
  // The first check of nobody's password makes nobody's hash: not while somebody measures how long that takes.
  void checkPassword(null, new Secret(''))

  const reconciling = keepReconciling(
    { ...stores, guard, bound, onBug, keepScansDays: config.keepScansDays, canary: null },
    onError,
    stop,
  )
  if (!stop.aborted) await once(stop, 'abort')

  log.info({}, 'draining')
  await sleep(servingOnMillis)
  await close(server)
  await reconciling
  await bus.close()
  await stores.close()
  await tracing.close()
  log.info({}, 'stopped')
  process.exit(exitCodes.stopped)
})

/** What this process and the instance show to whoever scrapes; null where nobody does. */
async function openShown(
  { metrics }: Config,
  { db, poolState }: Stores,
  tracing: Tracing,
): Promise<ShownMetrics | null> {
  if (metrics === null) return null
  const [own, instance] = await Promise.all([openMetrics(), openMetrics(false)])
  showPool(own, poolState)
  showTracing(own, tracing)
  showInstance(instance, db)
  return { own, instance, token: metrics.token }
}

type TlsFiles = NonNullable<Config['api']['tls']>

function certificateIn({ certFile, keyFile }: TlsFiles) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) }
}

function serving(tls: TlsFiles | null) {
  if (tls === null) return { serverOptions }
  try {
    return { createServer, serverOptions: { ...serverOptions, minVersion: 'TLSv1.2' as const, ...certificateIn(tls) } }
  } catch (error) {
    throw new StartError(`TLS_CERT_FILE, TLS_KEY_FILE: ${(error as Error).message}.`)
  }
}

/** Takes up a renewed certificate without a restart. One that cannot be read, or that its key does not fit, leaves the old one in place. */
function followCertificate(server: TlsServer, tls: TlsFiles, log: Log, stop: AbortSignal): void {
  let known = certificateIn(tls)
  const look = () => {
    try {
      const found = certificateIn(tls)
      if (found.cert.equals(known.cert) && found.key.equals(known.key)) return
      server.setSecureContext({ minVersion: 'TLSv1.2', ...found })
      known = found
      log.info({}, 'a new certificate of our own is in use')
    } catch (err) {
      log.warn({ err }, 'the new certificate cannot be used')
    }
  }
  const timer = setInterval(look, certificateMillis)
  process.on('SIGHUP', look)
  stop.addEventListener('abort', () => clearInterval(timer))
}

function providerOf({ api, oidc, outboundAllow, scanning }: Config): Provider | null {
  if (oidc === null) return null
  const { dnsServers, extraRoots } = scanning
  return openProvider({
    ...oidc,
    redirectUri: `${api.publicUrl}${callbackPath}`,
    fetch: createProviderFetch({ issuer: oidc.issuer, allow: outboundAllow, dnsServers, extraRoots }),
  })
}

function siteOf({ api, mail, oidc, attestation, abuseContact, writesPerMinute }: Config): Site {
  return {
    publicUrl: api.publicUrl,
    trustedProxies: api.trustedProxies.map(parseRange),
    corsOrigins: api.corsOrigins,
    signUp: api.signUp,
    mail: mail.smtpUrl === null ? (mail.isDevelopment ? 'page' : 'none') : 'smtp',
    writesPerMinute,
    attestation,
    abuseContact,
    providerName: oidc?.name ?? null,
  }
}

/** A master key that is missing, or another database's, needs a person. */
function unstartable(error: Error): never {
  throw error instanceof MasterKeyError || error instanceof UnsealError
    ? new StartError(error instanceof UnsealError ? `MASTER_KEY_FILE: ${error.message}.` : error.message)
    : error
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  if (server.listening) return server
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new StartError(`PORT: ${port} on ${host} is taken by another program.`)
    throw new StartError(`HOST or PORT: cannot listen on ${host}:${port} (${code ?? 'unknown error'}).`)
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await Promise.race([closed, sleep(lastAnswersMillis, undefined, { ref: false })])
  server.closeAllConnections()
}
