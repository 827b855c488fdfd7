import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPorts, parsePorts, readPorts } from '#workers/scanners/ports/ports-list.ts'

const somePorts = fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1 })
const rising = (ports: readonly number[]) => [...new Set(ports)].sort((one, other) => one - other)

test('what is written is read as the same set of ports', () => {
  fc.assert(
    fc.property(somePorts, (ports) => {
      expect(parsePorts(formatPorts(ports))).toEqual(rising(ports))
    }),
  )
})

test('a set of ports has one spelling, whatever the order and however often a port stands in it', () => {
  fc.assert(
    fc.property(somePorts, (ports) => {
      const spelling = formatPorts(ports)
      expect(formatPorts([...ports.toReversed(), ...ports])).toBe(spelling)
      expect(formatPorts(parsePorts(spelling))).toBe(spelling)
    }),
  )
})

test('any list of ranges means each port between their ends', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 0, max: 300 }))
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
      const ends = ranges.map(([first, length]) => [first, Math.min(65_535, first + length)] as const)
      const ports = parsePorts(ends.map(([first, last]) => `${first}-${last}`).join(','))
      expect(ports).toEqual(
        rising(ends.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))),
      )
    }),
  )
})

test('neighbours and overlaps become one range', () => {
  expect(formatPorts(parsePorts('80, 443,81-82 , 82-90'))).toBe('80-90,443')
  expect(formatPorts(parsePorts('1-65535,80'))).toBe('1-65535')
})

test('no port is an empty text', () => {
  expect(formatPorts([])).toBe('')
  expect(readPorts('')).toEqual([])
})

test.each([
  ['', 'a comma stands where a port was expected'],
  ['80,', 'a comma stands where a port was expected'],
  ['90-80', 'the range 90-80 runs backwards: write 80-90'],
  ['0', '0 is not a port: ports are whole numbers from 1 to 65535'],
  ['1-65536', '65536 is not a port: ports are whole numbers from 1 to 65535'],
  ['-80', '"-80" is neither a port nor a range such as 1-1024'],
  ['80-', '"80-" is neither a port nor a range such as 1-1024'],
  ['http', '"http" is neither a port nor a range such as 1-1024'],
  ['8e1', '"8e1" is neither a port nor a range such as 1-1024'],
  ['1-2-3', '"1-2-3" is neither a port nor a range such as 1-1024'],
])('%j is refused, and why is said', (text, message) => {
  expect(() => parsePorts(text)).toThrow(message)
})
