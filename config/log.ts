import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/** JSON lines on standard output, or to `destination`. Whatever might be a secret is blanked by its name. */
export const createLog = (process: string, level: string, destination?: DestinationStream): Log =>
  pino(
    {
      name: process,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    ...(destination ? [destination] : []),
  )

const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'key',
  'connectionString',
  'databaseUrl',
  'redisUrl',
]
