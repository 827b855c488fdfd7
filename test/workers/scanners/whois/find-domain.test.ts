import { expect, test } from 'vitest'
import { registrableDomain } from '#workers/scanners/whois/find-domain.ts'

test.each([
  ['example.com', 'example.com'],
  ['www.shop.example.com', 'example.com'],
  ['a.b.co.uk', 'b.co.uk'],
  ['shop.com.br', 'shop.com.br'],
  ['www.xn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['www.xn--mgbu7dsvrfc.xn--mgba3a4f16a', 'xn--mgbu7dsvrfc.xn--mgba3a4f16a'],
  ['host.unheard-of', 'host.unheard-of'],
])('%s is registered as %s', (name, domain) => expect(registrableDomain(name)).toBe(domain))

test("a platform's suffix is a registration of the platform: its customers have none", () => {
  expect(registrableDomain('somebody.github.io')).toBe('github.io')
})

test.each(['com', 'co.uk'])('%s is a public suffix, which nobody registers', (name) => {
  expect(registrableDomain(name)).toBeNull()
})
