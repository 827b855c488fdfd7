import { expect, test } from 'vitest'
import { eppStatuses, eppStatusOf } from '#workers/scanners/whois/statuses.ts'

test("every EPP status is read in RDAP's spelling and in its own, however it is cased and spaced", () => {
  for (const status of eppStatuses) {
    const words = status.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    expect([status, words, words.toUpperCase()].map((said) => eppStatusOf(said, 'whois'))).toEqual([
      status,
      status,
      status,
    ])
  }
})

test("RDAP's active is EPP's ok; over WHOIS it is the registry's own word", () => {
  expect([eppStatusOf('active', 'rdap'), eppStatusOf('Active', 'whois')]).toEqual(['ok', null])
  expect([eppStatusOf('associated', 'rdap'), eppStatusOf('associated', 'whois')]).toEqual(['linked', null])
})

test('descriptions that some registries show are read as what they describe', () => {
  expect(eppStatusOf('Sponsoring registrar change forbidden', 'whois')).toBe('serverTransferProhibited')
  expect(eppStatusOf('Transfer Prohibited by Registrar', 'whois')).toBe('clientTransferProhibited')
})

test('what is no status of EPP stays what it is', () => {
  expect(['REGISTERED', 'paid and in zone', '', '클라이언트'].map((said) => eppStatusOf(said, 'whois'))).toEqual([
    null,
    null,
    null,
    null,
  ])
})
