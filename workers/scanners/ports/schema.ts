import { z } from 'zod'
import { checkPort, formatPorts, parsePorts, PortListError, readPorts } from './ports-list.ts'
import { topPorts } from './top-ports.ts'

const topThousand = 'top-1000'
const spelling = `write ports as [80, 443], "1-1024,8080" or "${topThousand}"`

/** The longest that a list of ports can get in its one spelling: every other port of 65,535. */
const longestRanges = 200_000

export const options = z.strictObject({
  ports: z
    .union([z.array(z.number().meta({ minimum: 1, maximum: 65_535 })).max(65_535), z.string().max(longestRanges)], {
      error: spelling,
    })
    .transform((asked, context) => {
      try {
        return canonicalPorts(asked)
      } catch (error) {
        if (!(error instanceof PortListError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })
    .pipe(z.string())
    .prefault(topThousand)
    .describe(`The TCP ports to ask: ${spelling}.`),
})
export type PortsOptions = z.output<typeof options>

/** The same ask always looks the same: rising ranges, or the name of the thousand likeliest. @throws PortListError */
function canonicalPorts(asked: string | readonly number[]): string {
  if (typeof asked === 'string' && asked.trim() === topThousand) return topThousand
  if (asked.length === 0) throw new PortListError(`no port is named: ${spelling}`)
  return formatPorts(typeof asked === 'string' ? parsePorts(asked) : asked.map(checkPort))
}

/** The ports that checked options ask for, in rising order. */
export const portsAsked = ({ ports }: PortsOptions): number[] =>
  ports === topThousand ? topPorts.toSorted((one, other) => one - other) : parsePorts(ports)

/** Open: the handshake was completed. Closed: a reset came. Filtered: neither came, however often it was asked. */
export const portStates = ['open', 'closed', 'filtered'] as const
export type PortState = (typeof portStates)[number]

export const maxAddresses = 32
export const maxServices = 512
export const maxBannerLength = 512

const ranges = z.string().max(longestRanges)

const service = z.object({
  port: z.int().min(1).max(65_535),
  /** What seems to listen there; null where nothing points to anything. */
  service: z.string().max(40).nullable(),
  /** What that is guessed from: what it said, or only where it listens. */
  guessedFrom: z.enum(['banner', 'port']).nullable(),
  /** What it said first, unasked; null when it said nothing. */
  banner: z.string().max(maxBannerLength).nullable(),
})

const addressPorts = z.object({
  address: z.string().max(45),
  /** States as ranges of ports, `22,80-81`; empty where no port has that state. A port in none of the three was left out. */
  open: ranges,
  closed: ranges,
  filtered: ranges,
  /** What was heard at the open ports, in rising order; the first 512 that were found. */
  services: z.array(service).max(maxServices),
})
export type AddressPorts = z.output<typeof addressPorts>

export const result = z.object({ addresses: z.array(addressPorts).max(maxAddresses) })
export type PortsResult = z.output<typeof result>

/** The state of every port of an address that has one. */
export const statesOf = (seen: AddressPorts): ReadonlyMap<number, PortState> =>
  new Map(portStates.flatMap((state) => readPorts(seen[state]).map((port) => [port, state] as const)))

/** The state of one port; null when it was not asked, or not told, there. */
export const stateAt = (seen: AddressPorts, port: number): PortState | null => statesOf(seen).get(port) ?? null
