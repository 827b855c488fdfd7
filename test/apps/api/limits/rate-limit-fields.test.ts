import { expect, test } from 'vitest'
import { rateLimitFields } from '#apps/api/limits/rate-limit-fields.ts'

const buckets = [
  { key: 'b', policy: 'sign-in', capacity: 10, perSecond: 0.1 },
  { key: 'a', policy: 'address', capacity: 60, perSecond: 1 },
]
const left = { isAllowed: true, remaining: 3, retryAfterSeconds: 0, resetSeconds: 57 }

test('each policy says its quota and window, and what is left of it', () => {
  const taken = [
    { key: 'a', ...left },
    { key: 'b', ...left, remaining: 9, resetSeconds: 10 },
  ]
  expect(rateLimitFields(buckets, taken)).toEqual({
    'RateLimit-Policy': '"sign-in";q=10;w=100, "address";q=60;w=60',
    RateLimit: '"sign-in";r=9;t=10, "address";r=3;t=57',
  })
})

test('whoever is refused is told to wait until every bucket lets them through', () => {
  const refused = { isAllowed: false, remaining: 0, resetSeconds: 60 }
  const taken = [
    { key: 'a', ...refused, retryAfterSeconds: 2 },
    { key: 'b', ...refused, retryAfterSeconds: 9 },
  ]
  expect(rateLimitFields(buckets, taken)).toMatchObject({ 'Retry-After': '9' })
})
