import { expect, test } from 'vitest'
import { parseHsts } from '#workers/scanners/http/policy/hsts.ts'

const year = { maxAgeSeconds: 31_536_000, includeSubDomains: false, preload: false }

test.each([
  ['max-age=31536000', year],
  ['MAX-AGE="31536000"', year],
  ['max-age = 31536000 ; ; includesubdomains;PRELOAD', { ...year, includeSubDomains: true, preload: true }],
  ['max-age=31536000; unknown; other="a;b"', year],
  ['max-age=0', { ...year, maxAgeSeconds: 0 }],
  [`max-age=${'9'.repeat(120)}`, { ...year, maxAgeSeconds: Number.MAX_SAFE_INTEGER }],
])('%s is a policy', (value, policy) => expect(parseHsts(value)).toEqual(policy))

test.each([
  '',
  'includeSubDomains',
  'max-age',
  'max-age=',
  'max-age=-1',
  'max-age=1e9',
  'max-age: 31536000',
  'max_age=31536000',
  'max-age=31536000; max-age=31536000',
  'max-age=31536000; includeSubDomains; includesubdomains',
  'max-age=31536000; includeSubDomains=1',
  'max-age=31536000, includeSubDomains',
  'max-age=31536000 includeSubDomains',
  'max-age="31536000',
])('%s is none, because browsers ignore it', (value) => expect(parseHsts(value)).toBeNull())
