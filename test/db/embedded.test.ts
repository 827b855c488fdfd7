import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Embedded, startEmbedded } from '#db/embedded.ts'
import { findProcess } from '#db/find-process.ts'

const fast = { settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } }
let parent: string
const started = new Set<Embedded>()

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'portlight-embedded-'))
  // Temporary folders are closed to others, and as root the server runs as somebody else.
  chmodSync(parent, 0o711)
})

afterAll(async () => {
  for (const server of started) await server.stop()
  rmSync(parent, { recursive: true, force: true })
})

async function start(name: string): Promise<Embedded> {
  const server = await startEmbedded(join(parent, name), fast)
  started.add(server)
  return server
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ answer: unknown }>(statement)
    return rows[0]?.answer
  } finally {
    await client.end()
  }
}

test('the data and the address outlive a stop, a kill and a start', async () => {
  const first = await start('kept')
  expect(first.adopted).toBe(false)
  await ask(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  expect(findProcess(first.pid)).toBeNull()

  const second = await start('kept')
  expect(second.url).toBe(first.url)
  process.kill(second.pid, 'SIGKILL')
  await second.exited

  const third = await start('kept')
  expect(third.url).toBe(first.url)
  expect(await ask(third.url, 'select answer from kept')).toBe(42)
})

test('four starters at once give one server', async () => {
  const servers = await Promise.all([1, 2, 3, 4].map(() => start('raced')))
  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1)
  expect(servers.filter(({ adopted }) => adopted)).toHaveLength(3)
  const [first] = servers
  await first?.stop()
  await Promise.all(servers.map(({ exited }) => exited))
})

test('a stranger on its port makes it take another', async () => {
  const first = await start('moved')
  await first.stop()
  const stranger = createServer().listen(first.port, '127.0.0.1')
  try {
    const second = await start('moved')
    expect(second.port).not.toBe(first.port)
    expect(await ask(second.url, 'select 1 as answer')).toBe(1)
  } finally {
    stranger.close()
  }
})

test('nobody else can read the password, and nobody gets in without it', async () => {
  const server = await start('closed')
  expect(statSync(join(parent, 'closed/access.json')).mode & 0o077).toBe(0)
  const { hostname, port, pathname } = new URL(server.url)
  const guess = `postgres://portlight:guess@${hostname}:${port}${pathname}`
  await expect(ask(guess, 'select 1')).rejects.toThrow(/password authentication failed/)
  await expect(ask(server.url, "select current_setting('listen_addresses') as answer")).resolves.toBe('127.0.0.1')
})

test('a lost password is no reason to begin anew: the data stay', async () => {
  const server = await start('lost')
  await server.stop()
  rmSync(join(parent, 'lost/access.json'))
  await expect(start('lost')).rejects.toThrow(/password is lost/)
  expect(readFileSync(join(parent, 'lost/data/PG_VERSION'), 'utf8')).toMatch(/^\d+/)
})

test('what keeps it from starting is said in the words of its log', async () => {
  const server = startEmbedded(join(parent, 'broken'), { settings: { fsync: 'off', shared_buffers: 'plenty' } })
  await expect(server).rejects.toThrow(/FATAL.*shared_buffers/s)
})

describe.runIf(process.getuid?.() === 0)('as root', () => {
  const uidOf = (pid: number) => statSync(`/proc/${pid}`).uid

  test('the server runs as the owner of its data, whoever that is', async () => {
    const first = await start('owned')
    expect(uidOf(first.pid)).not.toBe(0)
    await first.stop()
    const nobody = 65_534
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, first.data])
    expect(uidOf((await start('owned')).pid)).toBe(nobody)
  })

  test('where its account cannot go into the folder, the data lie elsewhere, and are found there again', async () => {
    mkdirSync(join(parent, 'private'), { mode: 0o700 })
    const first = await start('private/postgres')
    try {
      expect(first.data).not.toContain(parent)
      await first.stop()
      const second = await start('private/postgres')
      expect(second.data).toBe(first.data)
      await second.stop()
    } finally {
      rmSync(first.data, { recursive: true, force: true })
    }
  })
})
