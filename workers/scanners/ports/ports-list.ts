export const lastPort = 65_535

/** A list of ports that cannot be read; the message says why, to a person. */
export class PortListError extends Error {
  override name = 'PortListError'
}

/** Reads `1-1024,8080`: every port once, in rising order. @throws PortListError */
export function parsePorts(ranges: string): number[] {
  const parsed = ranges.split(',').map((item) => parseRange(item.trim()))
  const ports: number[] = []
  let next = 1
  for (const [first, last] of parsed.sort(([one], [other]) => one - other)) {
    for (let port = Math.max(first, next); port <= last; port++) ports.push(port)
    next = Math.max(next, last + 1)
  }
  return ports
}

function parseRange(item: string): [first: number, last: number] {
  if (item === '') throw new PortListError('a comma stands where a port was expected')
  const spelling = /^(\d{1,10})(?:\s*-\s*(\d{1,10}))?$/.exec(item)
  if (!spelling) throw new PortListError(`"${item.slice(0, 40)}" is neither a port nor a range such as 1-1024`)
  const first = checkPort(Number(spelling[1]))
  const last = spelling[2] === undefined ? first : checkPort(Number(spelling[2]))
  if (first > last) throw new PortListError(`the range ${first}-${last} runs backwards: write ${last}-${first}`)
  return [first, last]
}

/** The same number. @throws PortListError when it is no TCP port */
export function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= lastPort) return port
  throw new PortListError(`${port} is not a port: ports are whole numbers from 1 to ${lastPort}`)
}

/** Writes ports, in any order and as often as they come, as `1-1024,8080`: the one spelling of that set. */
export function formatPorts(ports: Iterable<number>): string {
  const ranges: [first: number, last: number][] = []
  for (const port of [...ports].sort((one, other) => one - other)) {
    const current = ranges.at(-1)
    if (current && port <= current[1] + 1) current[1] = port
    else ranges.push([port, port])
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

/** Reads what `formatPorts` wrote; nothing is no port. */
export const readPorts = (ranges: string): number[] => (ranges === '' ? [] : parsePorts(ranges))
