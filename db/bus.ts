import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { z } from 'zod'
import type { Db } from './connect.ts'

/** What processes tell each other. A message holds a topic and an id, and no fact: those stand in the tables. */
export const topics = [
  /** A scan has a new version. */
  'scan',
  /** Somebody wants a scan to end. */
  'cancel',
  /** A window opened in which the scan shall rest. */
  'pause',
  /** A session or a key has changed or ended. */
  'credential',
  /** A worker shall take no more work, or take it again. */
  'worker',
  /** The switch for outward packets was moved. */
  'outward-switch',
  /** The list of those who must not be scanned has changed. */
  'do-not-scan',
  /** Somebody said something about a finding or a target, or changed what they said. */
  'thread',
] as const
export type Topic = (typeof topics)[number]

export interface Bus {
  /** Calls the listener for each message of the topic, until the returned function is called. */
  on(topic: Topic, listener: (id: string) => void): () => void
  /** Messages may have been missed: whoever remembers asks the tables anew. */
  onGap(listener: () => void): () => void
  isConnected(): boolean
  close(): Promise<void>
}

export interface BusSettings {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly onError: (error: Error) => void
}

const channel = 'portlight'
const message = z.strictObject({ topic: z.enum(topics), id: z.string().max(200) })

/** Tells all processes; inside a transaction, once it commits and never after a rollback. */
export async function publish(db: Db, topic: Topic, id: string): Promise<void> {
  await sql`select ${telling(topic, sql`${id}::text`)}`.execute(db)
}

/** `publish` as a part of a statement that does more; the id is a text there. */
export const telling = (topic: Topic, id: RawBuilder<unknown>) =>
  sql`pg_notify(${channel}::text, json_build_object('topic', ${topic}::text, 'id', ${id})::text)`

const heartbeatMillis = 1000
const longestPauseMillis = 1000

/** Listens on a connection of its own (LISTEN), which is made anew whenever it dies or its server freezes. */
export function openBus({ url, name, onError }: BusSettings): Bus {
  const listeners = new Map<Topic, Set<(id: string) => void>>(topics.map((topic) => [topic, new Set()]))
  const gapListeners = new Set<() => void>()
  let client: pg.Client | null = null
  let listening: pg.Client | null = null
  let failures = 0
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  const safely = (listen: () => void) => {
    try {
      listen()
    } catch (error) {
      onError(error as Error)
    }
  }
  const receive = (payload = '') => {
    const heard = message.safeParse(parsed(payload))
    if (!heard.success) return
    for (const listener of listeners.get(heard.data.topic) ?? []) safely(() => listener(heard.data.id))
  }
  const again = (dead: pg.Client, error: Error) => {
    if (client !== dead) return
    client = null
    clearTimeout(timer)
    void dead.end().catch(() => {})
    if (isClosed) return
    onError(error)
    timer = setTimeout(() => void connect(), Math.min(50 * 2 ** failures++, longestPauseMillis))
  }
  const beat = (alive: pg.Client) => {
    timer = setTimeout(() => {
      alive.query('select 1').then(
        () => client === alive && beat(alive),
        (error: Error) => again(alive, error),
      )
    }, heartbeatMillis)
  }
  const connect = async () => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: `${name}-bus`,
      connectionTimeoutMillis: 2000,
      query_timeout: 2000,
      keepAlive: true,
    })
    client = fresh
    fresh.on('error', (error) => again(fresh, error))
    fresh.on('end', () => again(fresh, new Error('the bus lost its connection')))
    fresh.on('notification', ({ payload }) => receive(payload))
    try {
      await fresh.connect()
      await fresh.query(`listen ${channel}`)
      if (client !== fresh) return
      failures = 0
      listening = fresh
      for (const listener of gapListeners) safely(listener)
      beat(fresh)
    } catch (error) {
      again(fresh, error as Error)
    }
  }
  void connect()

  return {
    on: (topic, listener) => {
      const known = listeners.get(topic)!
      known.add(listener)
      return () => void known.delete(listener)
    },
    onGap: (listener) => {
      gapListeners.add(listener)
      return () => void gapListeners.delete(listener)
    },
    isConnected: () => client !== null && client === listening,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      const last = client
      client = null
      await last?.end().catch(() => {})
    },
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
