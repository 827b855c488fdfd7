import { randomUUID } from 'node:crypto'
import { Secret } from '#db/model/secret.ts'
import { hashPassword } from '#db/passwords.ts'
import { medianOf, openInstance } from './instance.ts'

const pairs = Number(process.env['PAIRS'] ?? 1000)

/** How long a known and an unknown address wait for the same answer: each pair asks both, in turn first. */
export async function bench(): Promise<void> {
  const instance = await openInstance({ TRUSTED_PROXIES: '127.0.0.1', ALLOW_PLAIN_HTTP: 'on' })
  const base = await instance.startApi()
  const hash = await hashPassword(new Secret('correct horse battery staple'))
  // An account each: ten wrong passwords in an hour are all that one has.
  const known = Array.from({ length: pairs }, (_, i) => ({ id: randomUUID(), email: `known-${i}@example.org` }))
  for (let at = 0; at < known.length; at += 500)
    await instance.db
      .insertInto('users')
      .values(
        known.slice(at, at + 500).map(({ id, email }) => ({ id, email, email_display: email, password_hash: hash })),
      )
      .execute()

  const ask = async (path: string, body: object, client: number): Promise<number> => {
    const from = `198.51.${client % 250}.${Math.floor(client / 250) % 250}`
    const began = performance.now()
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify(body),
    })
    await answer.text()
    return performance.now() - began
  }
  const asked: readonly [string, string, (email: string) => object][] = [
    ['login', '/v1/login', (email) => ({ email, password: 'wrong horse battery staple' })],
    ['sign-up', '/v1/sign-up', (email) => ({ email })],
    ['reset', '/v1/reset', (email) => ({ email })],
  ]
  let client = 0
  for (const [name, path, bodyOf] of asked) {
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    for (let i = 0; i < pairs + 20; i++) {
      const emails = { known: known[i % pairs]!.email, unknown: `${name}-nobody-${i}@example.org` }
      const order = i % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
      for (const who of order) {
        const millis = await ask(path, bodyOf(emails[who]), client++)
        if (i >= 20) times[who].push(millis)
      }
    }
    const [one, other] = [medianOf(times.known), medianOf(times.unknown)]
    console.log(
      `${name.padEnd(8)} known ${one.toFixed(2)} ms   unknown ${other.toFixed(2)} ms   apart ${Math.abs(one - other).toFixed(2)} ms   (medians of ${pairs} pairs)`,
    )
  }
  await instance.stop()
}
