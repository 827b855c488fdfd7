import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { refreshTokens } from '#apps/api/credentials/refresh-token.ts'
import { newId } from '#db/model/id.ts'
import { Secret } from '#db/model/secret.ts'

const makeKey = () => ({ id: newId(), secret: new Secret(randomBytes(32)) })
const key = makeKey()
const tokens = refreshTokens([key])
const subject = { sessionId: newId(), generation: 41 }
const token = tokens.sign(subject)

test('a token names its session and generation, and the same token is made again from them', () => {
  expect(tokens.read(token)).toEqual(subject)
  expect(tokens.sign(subject)).toBe(token)
})

test('nobody makes the next one out of this one', () => {
  expect(tokens.read(token.replace('.41.', '.42.'))).toBeNull()
  expect(tokens.read(token.replace(subject.sessionId, newId()))).toBeNull()
  expect(refreshTokens([makeKey()]).read(token)).toBeNull()
})

test('a token has one spelling', () => {
  const spellings = [
    `${token}=`,
    `${token} `,
    token.toUpperCase(),
    token.replace('.41.', '.041.'),
    `${token}.x`,
    '',
    '..',
  ]
  for (const spelling of spellings) expect(tokens.read(spelling)).toBeNull()
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A'
    expect(tokens.read(token.slice(0, at) + other + token.slice(at + 1))).toBeNull()
  }
})

test('a token of the key before is still read', () => {
  expect(refreshTokens([makeKey(), key]).read(token)).toEqual(subject)
})
