import { expect, test } from 'vitest'
import { pointerNameOf, publicationOf } from '#apps/web/pages/target/publication.ts'

test('a record is copied whole, a file as its address and its text', () => {
  const target = { canonical: '2001:db8::20' }
  const proof = { token: 'abc', publish: '_portlight-challenge.shop.example. TXT "token=abc"' }
  expect(publicationOf({ canonical: 'shop.example' }, { ...proof, kind: 'dns-txt' })).toEqual([proof.publish])
  expect(publicationOf(target, { ...proof, kind: 'http-file' })).toEqual([
    'http://[2001:db8::20]/.well-known/portlight/abc',
    'abc',
  ])
})

test.each([
  ['203.0.113.21', '21.113.0.203.in-addr.arpa.'],
  ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.'],
  ['1:2:3:4:5:6:7:8', '8.0.0.0.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa.'],
])('the PTR record of %s stands at %s (RFC 3596)', (address, name) => {
  expect(pointerNameOf(address)).toBe(name)
})
