import { expect, test } from 'vitest'
import type { ConnectOutcome, TlsOptions, TlsOutcome, TlsVersion } from '#workers/network/door.ts'
import { askAddress } from '#workers/scanners/tls/handshake/ask-address.ts'
import { interpretAnswers } from '#workers/scanners/tls/handshake/interpret-answers.ts'
import { scriptedAddress, scriptedConnection, scriptedNetwork } from '../../../../support/scripted-network.ts'

const closed: TlsOutcome = { status: 'closed' }
const silent: TlsOutcome = { status: 'silent' }
const alert = (name: string): TlsOutcome => ({ status: 'alert', alert: name })
const no = alert('protocol_version')
const yes: TlsOutcome = {
  status: 'established',
  connection: scriptedConnection(),
  version: 'TLSv1.2',
  cipherSuite: 'TLS_SUITE',
  alpn: null,
  certificates: [Buffer.from('der')],
}

/** Each version's answers in turn; the last one stays. */
type Script = Partial<Record<TlsVersion, readonly TlsOutcome[]>>

async function ask(script: Script, connect?: readonly ConnectOutcome[]) {
  const asked: TlsOptions[] = []
  const network = scriptedNetwork({
    connect: async () => {
      dials++
      const dialled = connect?.[Math.min(dials, connect.length) - 1]
      if (dialled && dialled.status !== 'connected') return dialled
      const connection = {
        ...scriptedConnection(),
        handshake: async (options: TlsOptions) => {
          const before = asked.filter(({ minVersion }) => minVersion === options.minVersion).length
          asked.push(options)
          const answers = script[options.minVersion] ?? [no]
          return answers[Math.min(before, answers.length - 1)] ?? no
        },
      }
      return { status: 'connected', connection, roundTripMillis: 1 }
    },
  })
  let dials = 0
  let progress = 0
  const answers = await askAddress(
    network,
    { address: scriptedAddress, port: 443, serverName: 'www.example.org', starttls: null },
    () => progress++,
  )
  const { outcome, detail, protocols } = interpretAnswers(answers)
  const states = Object.fromEntries(
    protocols.map(({ version, state, reason }) => [version, reason ? `${state} ${reason}` : state]),
  )
  const tries = (version: TlsVersion) => asked.filter(({ minVersion }) => minVersion === version).length
  return { outcome, detail, states, asked, tries, dials, progress }
}

test('each version is offered apart, under the name that was asked for', async () => {
  const { asked, outcome, states } = await ask({ 'TLSv1.3': [yes], 'TLSv1.2': [yes] })
  expect(asked.map(({ minVersion, maxVersion, serverName }) => [minVersion, maxVersion, serverName])).toEqual(
    ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'].map((version) => [version, version, 'www.example.org']),
  )
  expect({ outcome, states }).toEqual({
    outcome: 'handshake',
    states: {
      'TLSv1.3': 'accepted',
      'TLSv1.2': 'accepted',
      'TLSv1.1': 'rejected alert-protocol-version',
      TLSv1: 'rejected alert-protocol-version',
    },
  })
})

test('silence about a version is asked once more, and is never a no', async () => {
  const { states, tries } = await ask({ 'TLSv1.2': [yes], TLSv1: [silent] })
  expect(states).toMatchObject({ TLSv1: 'unclear silent' })
  expect(tries('TLSv1')).toBe(2)
})

test('one lost answer hides no version', async () => {
  expect((await ask({ 'TLSv1.2': [yes], TLSv1: [silent, yes] })).states).toMatchObject({ TLSv1: 'accepted' })
  expect((await ask({ 'TLSv1.2': [yes], TLSv1: [closed, closed, yes] })).states).toMatchObject({ TLSv1: 'accepted' })
})

test('closing on one version, steadily, is a no as long as another is taken before and after', async () => {
  const { states, tries } = await ask({ 'TLSv1.2': [yes], TLSv1: [closed] })
  expect(states).toMatchObject({ TLSv1: 'rejected closed' })
  expect({ tls1: tries('TLSv1'), tls12: tries('TLSv1.2') }).toEqual({ tls1: 3, tls12: 2 })
})

test('an internal error at one version, steadily, is a no too', async () => {
  const broken = alert('internal_error')
  expect((await ask({ 'TLSv1.2': [yes], TLSv1: [broken] })).states).toMatchObject({
    TLSv1: 'rejected alert-internal-error',
  })
  expect((await ask({ 'TLSv1.2': [yes], TLSv1: [broken, yes] })).states).toMatchObject({ TLSv1: 'accepted' })
  expect((await ask({ 'TLSv1.2': [yes, broken], TLSv1: [broken] })).states).toMatchObject({
    TLSv1: 'unclear alert-internal-error',
  })
})

test('a server that has had enough of us is not one that refuses a version', async () => {
  expect((await ask({ 'TLSv1.3': [no], 'TLSv1.2': [yes, closed], TLSv1: [closed] })).states).toMatchObject({
    'TLSv1.2': 'accepted',
    TLSv1: 'unclear closed',
  })
  expect((await ask({ 'TLSv1.3': [no], 'TLSv1.2': [no], TLSv1: [closed] })).states).toMatchObject({
    TLSv1: 'unclear closed',
  })
})

test('no common suite says nothing of an old version, and no to TLS 1.3', async () => {
  const nothingShared = [alert('handshake_failure')]
  expect((await ask({ 'TLSv1.3': nothingShared, 'TLSv1.2': [yes], TLSv1: nothingShared })).states).toMatchObject({
    'TLSv1.3': 'rejected alert-handshake-failure',
    TLSv1: 'unclear alert-handshake-failure',
  })
  expect((await ask({ 'TLSv1.3': nothingShared, 'TLSv1.2': nothingShared })).states).toMatchObject({
    'TLSv1.3': 'unclear alert-handshake-failure',
  })
})

test('what our own library refuses is not what the server refuses', async () => {
  const { states } = await ask({
    'TLSv1.2': [yes],
    'TLSv1.1': [{ status: 'failed', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' }],
    TLSv1: [{ status: 'failed', code: 'ERR_SSL_DH_KEY_TOO_SMALL' }],
  })
  expect(states).toMatchObject({ 'TLSv1.1': 'rejected other-version', TLSv1: 'unclear own-library' })
})

test('a server that answers nothing is asked each version once', async () => {
  const all = (answer: TlsOutcome): Script => ({
    'TLSv1.3': [answer],
    'TLSv1.2': [answer],
    'TLSv1.1': [answer],
    TLSv1: [answer],
  })
  expect(await ask(all(silent))).toMatchObject({ outcome: 'silent', dials: 4 })
  expect(await ask(all(closed))).toMatchObject({ outcome: 'closed', dials: 4 })
  expect(await ask(all({ status: 'not-tls' }))).toMatchObject({ outcome: 'not-tls', dials: 4 })
  expect(await ask(all(alert('unrecognized_name')))).toMatchObject({ outcome: 'no-handshake', dials: 4 })
})

test('without a connection no version is offered', async () => {
  expect(await ask({}, [{ status: 'refused', roundTripMillis: 1 }])).toMatchObject({
    outcome: 'refused',
    dials: 1,
    states: {},
  })
  expect(await ask({}, [{ status: 'silent' }])).toMatchObject({ outcome: 'filtered', dials: 2, states: {} })
  expect(await ask({}, [{ status: 'unreachable', errno: 'EHOSTUNREACH' }])).toMatchObject({
    outcome: 'unreachable',
    detail: 'EHOSTUNREACH',
  })
  expect(await ask({}, [{ status: 'not-asked', errno: 'EMFILE' }])).toMatchObject({
    outcome: 'not-asked',
    detail: 'EMFILE',
  })
})

test('a first packet that got lost makes no dark port', async () => {
  const connected: ConnectOutcome = { status: 'connected', connection: scriptedConnection(), roundTripMillis: 1 }
  expect(await ask({ 'TLSv1.2': [yes] }, [{ status: 'silent' }, connected])).toMatchObject({ outcome: 'handshake' })
})

test('a run that ends half-way keeps what was seen and claims nothing of the rest', async () => {
  const connected: ConnectOutcome = { status: 'connected', connection: scriptedConnection(), roundTripMillis: 1 }
  const over: ConnectOutcome = { status: 'not-asked', errno: 'ECANCELED' }
  expect(await ask({ 'TLSv1.3': [yes], 'TLSv1.2': [yes] }, [connected, connected, over])).toMatchObject({
    outcome: 'handshake',
    detail: 'ECANCELED',
    states: { 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' },
  })
})
