import type { Target } from '#db/model/target.ts'
import type { Pace } from '#workers/network/door.ts'
import { addressesOf, type Report, type ScanContext } from '../scanner.ts'
import { bannerText, maxBannerBytes, readBanner } from './banner.ts'
import { machineClock } from './clock.ts'
import { type Asked, coverageOf } from './coverage.ts'
import { type Answers, sweepPorts } from './engine.ts'
import { longestPatienceMillis, mostQuestions } from './pace.ts'
import { formatPorts } from './ports-list.ts'
import {
  type AddressPorts,
  maxAddresses,
  maxServices,
  type PortsOptions,
  type PortsResult,
  portsAsked,
} from './schema.ts'
import { guessService } from './services.ts'
import { topPorts } from './top-ports.ts'

/** For resolving, greetings, and rests of our own machine. */
const marginMillis = 30_000
/** Nothing begins so shortly before the end: what is under way must get its answer. */
const closingMillis = 15_000

/** Every port silent, each question waited for as long and asked as often as can be. The sweep ends by itself before. */
export function longestMillis(options: PortsOptions, { connectionsPerSecond, openConnections }: Pace): number {
  const questions = portsAsked(options).length * mostQuestions
  return (
    marginMillis + Math.ceil(questions * Math.max(1000 / connectionsPerSecond, longestPatienceMillis / openConnections))
  )
}

/** Asks every port at every address, side by side: each address has a pace of its own. */
export async function scan(target: Target, options: PortsOptions, context: ScanContext): Promise<Report<PortsResult>> {
  const stopAtMillis = machineClock.now() + context.millis - closingMillis
  const resolution = await addressesOf(target, context.network)
  const addresses = resolution.addresses.toSorted()
  const ports = inAskingOrder(portsAsked(options))

  const total = Math.min(addresses.length, maxAddresses) * ports.length
  let done = 0
  const onSettled = () => context.progress({ done: ++done, total })
  const seen = await Promise.all(
    addresses
      .slice(0, maxAddresses)
      .map((address) => askAddress(address, ports, { ...context, stopAtMillis, onSettled })),
  )

  const coverage = coverageOf(seen, resolution, addresses.slice(maxAddresses))
  const result = { addresses: seen.map(factsOf) }
  if (coverage.answered > 0) return { result, coverage }
  return { result, coverage, inconclusive: coverage.asked > 0 ? 'no-answer' : whyNothingWasAsked(seen) }
}

/** The likeliest first, so that what matters is known even when time runs short; the others in random order, which spreads the load. */
function inAskingOrder(ports: readonly number[]): number[] {
  const asked = new Set(ports)
  const likely = topPorts.filter((port) => asked.has(port))
  const others = asked.difference(new Set(likely))
  return [...likely, ...shuffled([...others])]
}

function shuffled(ports: number[]): number[] {
  for (let last = ports.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[ports[last], ports[other]] = [ports[other]!, ports[last]!]
  }
  return ports
}

interface AddressContext extends ScanContext {
  readonly stopAtMillis: number
  readonly onSettled: () => void
}

interface Seen extends Asked {
  readonly services: AddressPorts['services']
}

async function askAddress(address: string, ports: readonly number[], context: AddressContext): Promise<Seen> {
  const services: AddressPorts['services'] = []
  const unheard: number[] = []
  let heard = 0
  const answers = await sweepPorts({
    ...context,
    address,
    ports,
    clock: machineClock,
    maxBytes: maxBannerBytes,
    onOpen: async (port, connection) => {
      if (heard === maxServices) {
        unheard.push(port)
        return
      }
      heard += 1
      const greeting = await readBanner(connection, machineClock)
      services.push({ port, ...guessService(port, greeting), banner: bannerText(greeting) })
    },
  })
  return { address, answers, services, unheard }
}

function factsOf({ address, answers, services }: Seen): AddressPorts {
  return {
    address,
    open: portsIn(answers, 'open'),
    closed: portsIn(answers, 'closed'),
    filtered: portsIn(answers, 'filtered'),
    services: services.toSorted((one, other) => one.port - other.port),
  }
}

const portsIn = ({ states }: Answers, state: string) =>
  formatPorts([...states].filter(([, seen]) => seen === state).map(([port]) => port))

const whyNothingWasAsked = (seen: readonly Seen[]) =>
  seen.flatMap(({ answers }) => [...answers.leftOut.values()])[0] ?? 'no-answer'
