import { expect, test } from 'vitest'
import { z } from 'zod'
import { options, portsAsked, stateAt, statesOf } from '#workers/scanners/ports/schema.ts'

const messageFor = (ports: unknown) => options.safeParse({ ports }).error?.issues[0]?.message

test('whoever names no port asks the likeliest thousand', () => {
  const asked = options.parse({})
  expect(asked).toEqual({ ports: 'top-1000' })
  expect(portsAsked(asked)).toHaveLength(1000)
})

test('the same ask looks the same, however it was spelled', () => {
  const spellings = [[443, 80, 81], [80, 80, 81, 443], '80-81,443', '443,81,80', ' 80 - 81 , 443 ']
  for (const ports of spellings) expect(options.parse({ ports })).toEqual({ ports: '80-81,443' })
})

test('checked options can be checked again and stay as they are', () => {
  for (const ports of ['top-1000', '1-1024,8080', [5]]) {
    const once = options.parse({ ports })
    expect(options.parse(once)).toEqual(once)
  }
})

test('all 65,535 ports can be asked, as a range and one by one', () => {
  const every = Array.from({ length: 65_535 }, (_, index) => index + 1)
  expect(options.parse({ ports: every })).toEqual({ ports: '1-65535' })
  const everyOther = every.filter((port) => port % 2 === 1)
  expect(portsAsked(options.parse(options.parse({ ports: everyOther })))).toEqual(everyOther)
})

test.each([
  [[], 'no port is named: write ports as [80, 443], "1-1024,8080" or "top-1000"'],
  ['', 'no port is named: write ports as [80, 443], "1-1024,8080" or "top-1000"'],
  [[0], '0 is not a port: ports are whole numbers from 1 to 65535'],
  [[80.5], '80.5 is not a port: ports are whole numbers from 1 to 65535'],
  [[65_536], '65536 is not a port: ports are whole numbers from 1 to 65535'],
  ['9-8', 'the range 9-8 runs backwards: write 8-9'],
  ['top-2000', '"top-2000" is neither a port nor a range such as 1-1024'],
  [80, 'write ports as [80, 443], "1-1024,8080" or "top-1000"'],
  [['80'], 'write ports as [80, 443], "1-1024,8080" or "top-1000"'],
  [null, 'write ports as [80, 443], "1-1024,8080" or "top-1000"'],
])('%j is refused, and why is said', (ports, message) => {
  expect(messageFor(ports)).toBe(message)
})

test('an option that does not exist is refused', () => {
  expect(options.safeParse({ port: 80 }).success).toBe(false)
})

test('the options can be described to those who write clients', () => {
  const { properties } = z.toJSONSchema(options, { io: 'input' })
  expect(properties?.ports).toMatchObject({ default: 'top-1000' })
})

test('a state can be looked up port by port, and what was left out has none', () => {
  const seen = { address: '192.0.2.10', open: '22,80-81', closed: '1-21', filtered: '23-79', services: [] }
  expect([22, 81, 21, 23, 82].map((port) => stateAt(seen, port))).toEqual(['open', 'open', 'closed', 'filtered', null])
  expect(statesOf(seen).size).toBe(81)
})
