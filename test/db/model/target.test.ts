import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DomainError } from '#db/model/errors.ts'
import { parseTarget, readTarget, spellingRules } from '#db/model/target.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'

const ruleOf = (text: string) => {
  const target = readTarget(text)
  return target instanceof DomainError ? target.rule : null
}

test.each([
  ['example.org', 'example.org', 'example.org'],
  ['WWW.Example.ORG', 'www.example.org', 'www.example.org'],
  ['example.org.', 'example.org', 'example.org'],
  ['grün.example.org', 'xn--grn-ioa.example.org', 'grün.example.org'],
  ['XN--GRN-IOA.example.org', 'xn--grn-ioa.example.org', 'grün.example.org'],
  // UTS #46 without transitional processing: ß is a letter of its own (RFC 5894 §7.2).
  ['weiß.example.org', 'xn--wei-7ka.example.org', 'weiß.example.org'],
  ['例え。example.org', 'xn--r8jz45g.example.org', '例え.example.org'],
  ['１.example.org', '1.example.org', '1.example.org'],
  // A joiner where the script needs it (RFC 5892 appendix A.1).
  ['نامه\u200cای.example.org', 'xn--mgba3gch31f060k.example.org', 'نامه\u200cای.example.org'],
  ['r3---sn-x.example.org', 'r3---sn-x.example.org', 'r3---sn-x.example.org'],
  ['10.20.30.40.example.org', '10.20.30.40.example.org', '10.20.30.40.example.org'],
  [`${'a'.repeat(63)}.example.org`, `${'a'.repeat(63)}.example.org`, `${'a'.repeat(63)}.example.org`],
])('%s is the name %s', (text, canonical, display) => {
  expect(parseTarget(text)).toEqual({ kind: 'name', canonical, display })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  // The first of two runs of zeros, and no run of one (RFC 5952 §4.2).
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
])('%s is the address %s', (text, canonical) => {
  expect(parseTarget(text)).toEqual({ kind: 'address', canonical, display: canonical })
})

test.each(['_dmarc.example.org', '_25._tcp.mail.example.org', '_acme-challenge.grün.example.org'])(
  '%s is a name for records only',
  (text) => {
    expect(parseTarget(text)).toMatchObject({ kind: 'record-name' })
  },
)

test.each([
  ['', 'empty-target'],
  ['x'.repeat(1001), 'target-too-long'],
  [' example.org', 'invisible-character'],
  ['example.org\n', 'invisible-character'],
  ['exam\u200bple.org', 'invisible-character'],
  ['exam\u00adple.org', 'invisible-character'],
  ['\u202eexample.org', 'invisible-character'],
  ['example.org\0', 'invisible-character'],
  ['\ud800.example.org', 'invisible-character'],
  ['https://example.org', 'not-a-host'],
  ['example.org/path', 'not-a-host'],
  ['example.org,example.net', 'not-a-host'],
  ['192.0.2.0/24', 'address-range'],
  ['2001:db8::/32', 'address-range'],
  ['user@example.org', 'user-information'],
  ['example.org:443', 'port-in-target'],
  ['[2001:db8::1]:443', 'port-in-target'],
  ['fe80::1%eth0', 'zone-id'],
  ['[fe80::1%25eth0]', 'zone-id'],
  ['[192.0.2.1]', 'malformed-address'],
  ['2001:db8::1::2', 'malformed-address'],
  ['[2001:db8::1', 'malformed-address'],
  ['0x7f.1', 'odd-literal'],
  ['2130706433', 'odd-literal'],
  ['0300.0.2.1', 'odd-literal'],
  ['192.0.2.01', 'odd-literal'],
  ['192.0.2', 'odd-literal'],
  ['192.0.2.256', 'odd-literal'],
  ['192.0.2.1.', 'odd-literal'],
  ['１９２.0.2.1', 'odd-literal'],
  ['192。0。2。1', 'odd-literal'],
  ['①.②', 'odd-literal'],
  ['２５６.0.2.1', 'odd-literal'],
  ['example.０x', 'odd-literal'],
  ['example.0x', 'odd-literal'],
  ['example.9', 'odd-literal'],
  ['exam!ple.org', 'forbidden-character'],
  ['%65xample.org', 'forbidden-character'],
  ['$(id).example.org', 'forbidden-character'],
  ['xn--a.example.org', 'invalid-idn'],
  ['xn--grün.example.org', 'invalid-idn'],
  ['a\u200db.example.org', 'invalid-idn'],
  ['\u0301a.example.org', 'invalid-idn'],
  ['a..example.org', 'empty-label'],
  ['.example.org', 'empty-label'],
  ['.', 'empty-label'],
  ['example.org..', 'empty-label'],
  [`${'a'.repeat(64)}.example.org`, 'label-too-long'],
  [`${'a'.repeat(60)}.`.repeat(5), 'name-too-long'],
  ['-a.example.org', 'malformed-label'],
  ['a-.example.org', 'malformed-label'],
  ['a_b.example.org', 'malformed-label'],
  ['_.example.org', 'malformed-label'],
])('%j breaks the rule %s', (text, rule) => {
  expect(ruleOf(text)).toBe(rule)
})

test('a refusal says a sentence that shows nothing of what was given', () => {
  const error = readTarget('<script>alert(1)')
  expect(error).toBeInstanceOf(DomainError)
  expect(error).toMatchObject({ code: 'invalid-target', message: spellingRules['forbidden-character'].says })
})

test('a canonical form is its own canonical form', () => {
  const labels = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 })
  const texts = fc.oneof(
    labels.map((parts) => parts.join('.')),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const target = readTarget(text)
      if (target instanceof DomainError) return
      expect(parseTarget(target.canonical)).toEqual(target)
      if (target.kind === 'name') expect(parseTarget(target.display)).toEqual(target)
    }),
    { numRuns: 2000 },
  )
})

test('whatever is given, the answer is a target or a rule', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.webUrl()), (text) => {
      const target = readTarget(text)
      if (target instanceof DomainError) expect(Object.keys(spellingRules)).toContain(target.rule)
      else expect(target.canonical).toMatch(/^[a-z0-9._:-]+$/)
    }),
    { numRuns: 2000 },
  )
})

interface AcceptLine {
  readonly id: string
  readonly input: string
  readonly canonical: string
}

const lines = hostileCorpus<AcceptLine>('targets-accept.jsonl')

test.skipIf(lines.length === 0)('every fair target of the hostile corpus has its canonical form', () => {
  const read = lines.map(({ id, input }) => {
    const target = readTarget(input)
    return { id, canonical: target instanceof DomainError ? target.rule : target.canonical }
  })
  expect(read).toEqual(lines.map(({ id, canonical }) => ({ id, canonical })))
})
