import { asksCanary } from '#workers/network/canary.ts'
import { createDoor, networkSettings } from '#workers/network/live.ts'
import { askRecords } from '#workers/network/resolve.ts'
import { checkMailServer } from '#workers/mail/transport.ts'
import { type Check, type Patient, warning, well, wrong } from './check.ts'

const patienceMillis = 10_000

export const resolvers: Check = {
  name: 'Resolvers',
  async run({ settings: { scanning }, signal }: Patient) {
    const network = networkSettings({ ...scanning, rdapBootstrap: null, whoisServer: null, extraRoots: null, own: [] })
    const servers = network.operator.resolvers
    if (servers.length === 0) return wrong('There is none.', 'Name one in DNS_SERVERS.')
    const told = await Promise.all(
      servers.map(async (server) => {
        const door = createDoor(network, AbortSignal.any([signal, AbortSignal.timeout(patienceMillis)]))
        // Every resolver knows the root's name servers (RFC 8109).
        const { answer } = await askRecords('.', 'NS', [server], door)
        return {
          place: `${server.address}:${server.port}`,
          isTold: answer === 'NOERROR' || answer === 'NODATA',
          answer,
        }
      }),
    )
    const bad = told.filter(({ isTold }) => !isTold)
    const list = bad.map(({ place, answer }) => `${place} (${answer})`).join(', ')
    if (bad.length === 0) return well(`${told.map(({ place }) => place).join(', ')} answer.`)
    return bad.length === told.length
      ? wrong(`None answers: ${list}.`, 'Name others in DNS_SERVERS: without one no name can be scanned.')
      : warning(`Not all answer: ${list}.`, 'Take them out of DNS_SERVERS: each costs seconds.')
  },
}

export const canary: Check = {
  name: 'Canary',
  async run({ settings: { scanning } }) {
    if (scanning.canary === null)
      return well('None is set: that our own network is gone is told when several targets fall silent together.')
    const { address, port } = scanning.canary
    return (await asksCanary(scanning.canary))
      ? well(`${address}:${port} answers.`)
      : wrong(
          `${address}:${port} does not answer.`,
          'Name in CANARY something that always does; with this one every silence is called our network’s.',
        )
  },
}

export const mail: Check = {
  name: 'Mail',
  async run({ settings: { mail } }) {
    if (mail.smtpUrl === null)
      return warning(
        'SMTP_URL is not set: nobody can sign up by mail, and alerts by mail reach nobody.',
        'Set SMTP_URL, or use webhooks.',
      )
    const refusal = await checkMailServer(mail.smtpUrl)
    return refusal === null
      ? well('The server takes us.')
      : wrong(`The server does not take us (${refusal}).`, 'Look at SMTP_URL: host, port, user and password.')
  },
}
