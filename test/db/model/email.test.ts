import { expect, test } from 'vitest'
import { mailboxOf, readEmail } from '#db/model/email.ts'
import { DomainError } from '#db/model/errors.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'

const canonicalOf = (text: string) => {
  try {
    return readEmail(text).canonical
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid-email') return 'refused'
    throw error
  }
}

test('letters’ case and the spelling of the domain make no other account', () => {
  expect(canonicalOf('ADMIN@EXAMPLE.COM')).toBe('admin@example.com')
  expect(readEmail('Ada@München.de')).toEqual({ canonical: 'ada@xn--mnchen-3ya.de', display: 'Ada@münchen.de' })
  expect(canonicalOf('a@ex\u0430mple.com')).not.toBe('a@example.com')
})

test('a tag makes another account of the same mailbox', () => {
  expect(canonicalOf('admin+x@example.com')).toBe('admin+x@example.com')
  expect(mailboxOf(readEmail('admin+x+y@example.com'))).toBe('admin@example.com')
})

test.each([
  'a',
  '@example.com',
  'a@',
  'a@b@example.com',
  'a..b@example.com',
  '.a@example.com',
  '"a b"@example.com',
  'a@localhost',
  'a@127.0.0.1',
  'a@[127.0.0.1]',
  'a@_dmarc.example.com',
  'a@example.com\nBcc: b@example.com',
  ' a@example.com',
  'ａdmin@example.com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(130)}com`,
])('%j is refused', (text) => {
  expect(canonicalOf(text)).toBe('refused')
})

const corpus = hostileCorpus<{ id: string; input: string; expect: string }>('emails.jsonl')

test.runIf(corpus.length > 0)('every address of the hostile corpus is one recipient exactly, or refused', () => {
  for (const { id, input, expect: expected } of corpus) {
    const canonical = canonicalOf(input)
    const isOne = /^[^@\s,<>"()[\]:;\\\p{Cc}]+@[a-z0-9.-]+$/u.test(canonical)
    expect(`${id} ${canonical === 'refused' ? !expected.startsWith('accept') : isOne}`).toBe(`${id} true`)
  }
})
