// One process of `npm run bench -- politeness`: dials one address as often as it may, through the real door.
import { connect, createPool } from '#db/connect.ts'
import { leaseTurns } from '#db/queries/turns.ts'
import { createDoor, networkSettings } from '#workers/network/live.ts'
import { createSharedTurns } from '#workers/network/shared-turns.ts'
import { visitor } from '#workers/network/authority.ts'

const [url = '', port = '', basis = '', count = ''] = process.argv.slice(2)
const db = connect(createPool({ url, max: 4, name: 'bench-dialler', timeoutMillis: 10_000, onError: () => {} }))
const settings = networkSettings({
  allow: ['127.0.0.0/8'],
  dnsServers: [{ address: '127.0.0.1', port: 9 }],
  rdapBootstrap: null,
  whoisServer: null,
  extraRoots: null,
  own: [],
})
const network = {
  ...settings,
  guard: { ...settings.guard, isOpened: () => false },
  turns: createSharedTurns(settings.turns, (request) => leaseTurns(db, request)),
}
const door = createDoor(network, new AbortController().signal, { ...visitor, basisOf: () => basis as 'proved' })
await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const outcome = await door.connect('127.0.0.1', Number(port), { timeoutMillis: 30_000 })
    if (outcome.status !== 'connected') return
    await new Promise((done) => setTimeout(done, 50))
    outcome.connection.close()
  }),
)
process.exit(0)
