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

const whoisServer = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i, 'is no host or host:port')
  .transform((text) => {
    const [, bracketed, host, portText] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
    return { host: bracketed ?? host ?? text, port: portText === undefined ? 43 : Number(portText) }
  })

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
const queueUrl = z.string().regex(/^(postgres(ql)?|rediss?):\/\//, 'must begin with redis://, rediss:// or postgres://')

/** Every setting there is, in the order of the README's table, which a test compares with this. */
export const environment = z.object({
  PORT: port.default(3000).describe('Port of the API.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the API listens on.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.portlight')
    .describe('Where the embedded Postgres, the API key, caches and logs lie.'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe('Postgres 15 or newer; without it `npm start` keeps a private one in `DATA_DIR`.'),
  QUEUE_URL: queueUrl
    .optional()
    .describe('`redis://…` puts the queue into Redis (AOF, noeviction); otherwise it lives in Postgres.'),
  SCAN_ALLOW: cidrs
    .default([])
    .describe('Address ranges, by comma, that may be scanned although they are not public: labs, LANs.'),
  DNS_SERVERS: servers
    .default([])
    .describe('Name servers, by comma, as `address` or `address:port`; else those of the system.'),
  RDAP_BOOTSTRAP: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("URL of an RDAP bootstrap file (RFC 9224); else IANA's."),
  WHOIS_SERVER: whoisServer.optional().describe("Host, or host:port, asked first by WHOIS; else IANA's."),
  CA_FILE: z.string().min(1).optional().describe('PEM file of further roots to trust when judging certificates.'),
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
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least level that is logged.'),
})
