import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#apps/up/free-port.ts'
import { startMailServer } from '#test/support/mail-server.ts'
import { startReceiver, status } from '#test/support/webhook-receiver.ts'
import { createWebhook, makeSecrets } from '#db/queries/webhooks.ts'
import { openMasterKey } from '#db/open-master-key.ts'
import { addressOf } from '../lab.ts'
import { ask, type Case, must, mustBeWhole, submission, until, withRig } from './case.ts'

const both = ['pg', 'redis'] as const

export const outsideCases: readonly Case[] = [
  {
    row: '24',
    name: 'the mail server is away',
    backends: both,
    atMostMillis: () => 60_000,
    run: async (backend) => {
      const port = await freePort()
      const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, PUBLIC_URL: 'http://localhost:3000' }
      return withRig({ backend, apis: 1, workers: 1, env }, async (rig) => {
        const { status, millis } = await ask(rig.urls[0]!, '/v1/sign-up', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: 'ada@example.org' }),
        })
        must(status === 202 && millis < 1000, `a sign-up was answered ${status} in ${Math.round(millis)} ms`)
        await sleep(5000)
        const server = await startMailServer(() => ({}), port)
        const began = performance.now()
        await until('the mail has come', () => server.letters.length > 0)
        const recoveryMillis = performance.now() - began
        await sleep(3000)
        must(server.letters.length === 1, `${server.letters.length} mails came`)
        await server.close()
        return { recoveryMillis }
      })
    },
  },
  {
    row: '25',
    name: 'a webhook’s receiver fails three times',
    backends: both,
    atMostMillis: () => 200_000,
    run: async (backend) => {
      const receiver = await startReceiver()
      const env = { OUTBOUND_ALLOW: '127.0.0.0/8' }
      try {
        return await withRig({ backend, apis: 1, workers: 1, silentMillis: () => 100, env }, async (rig) => {
          const { id: organisationId } = await rig.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
          const masterKey = await openMasterKey(rig.db, `${rig.env['DATA_DIR']}/master-key`)
          await rig.db.transaction().execute(async (db) => {
            const made = {
              organisationId,
              name: '',
              url: receiver.url,
              events: ['scan.completed'],
              format: 'standard' as const,
              madeBy: null,
            }
            await makeSecrets(db, masterKey, (await createWebhook(db, made))!, 0)
          })
          receiver.answers.push(status(500), (response) => void response.socket?.destroy(), status(503))
          await mustBeWhole(rig, await rig.submit(addressOf(1), 'one'), addressOf(1))
          const began = performance.now()
          await until('it was told', () => receiver.received.length === 4, 240_000)
          const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']))
          const bodies = new Set(receiver.received.map(({ body }) => body))
          must(ids.size === 1 && bodies.size === 1, 'the tries do not say the same')
          return { recoveryMillis: performance.now() - began, note: 'pauses of 5, 30 and 120 s' }
        })
      } finally {
        await receiver.close()
      }
    },
  },
  {
    row: '26',
    name: 'a hundred submissions at once with one Idempotency-Key',
    backends: both,
    inCut: ['redis'],
    atMostMillis: () => 5000,
    run: (backend) =>
      withRig({ backend, workers: 1, silentMillis: () => 100 }, async (rig) => {
        const began = performance.now()
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            ask(rig.urls[i % 2]!, '/v1/scans', submission(rig, addressOf(1), 'one')),
          ),
        )
        const ids = new Set(answers.flatMap(({ status, body }) => (status === 202 ? [body!.id] : [])))
        must(ids.size === 1, `${ids.size} scans were made`)
        must(
          answers.every(({ status }) => status === 202 || status === 409),
          'an answer was neither 202 nor 409',
        )
        const other = await ask(rig.urls[0]!, '/v1/scans', submission(rig, addressOf(2), 'one'))
        must(other.status === 422, `another body was answered ${other.status}`)
        const id = await rig.submit(addressOf(1), 'one')
        must(ids.has(id), 'a later try made another scan')
        await mustBeWhole(rig, id, addressOf(1))
        return { recoveryMillis: performance.now() - began }
      }),
  },
]
