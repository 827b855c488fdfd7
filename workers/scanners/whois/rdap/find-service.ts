import type { NetworkDoor } from '#workers/network/door.ts'
import { shippedOn, shippedServices } from './shipped-services.ts'

/** Which RDAP service answers for which top-level domain (RFC 9224), and where the list is from. */
export interface Services {
  readonly source: 'fetched' | `shipped ${string}`
  /** Base URLs by domain, in lower case and A-labels. */
  readonly bases: ReadonlyMap<string, string>
}

const ianaUrl = 'https://data.iana.org/rdap/dns.json'
const dayMillis = 24 * 3600 * 1000
/** After a failure the file is left alone for a while. */
const pauseMillis = 10 * 60 * 1000
const maxBytes = 1024 * 1024
const maxDomains = 20_000

const shipped: Services = {
  source: `shipped ${shippedOn}`,
  bases: new Map(
    shippedServices
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([base = '', ...domains]) => domains.map((domain) => [domain, base] as const)),
  ),
}

/** What each bootstrap URL last gave, and until when (on the process's clock) that serves. */
const cache = new Map<string, { readonly services: Services; readonly until: number }>()

/** The operator's bootstrap file, else IANA's, at most once a day; the shipped table where it cannot be had. */
export async function findServices(network: NetworkDoor, timeoutMillis: number): Promise<Services> {
  const url = network.operator.rdapBootstrap ?? ianaUrl
  const kept = cache.get(url)
  if (kept && performance.now() < kept.until) return kept.services
  const outcome = await network.fetch(url, { timeoutMillis, maxBytes, maxRedirects: 3, httpsOnly: true })
  if (outcome.status === 'failed' && outcome.reason === 'ECANCELED') return shipped
  const bases = outcome.status === 'answered' && outcome.statusCode === 200 ? readBootstrap(outcome.body) : null
  const services: Services = bases ? { source: 'fetched', bases } : shipped
  cache.set(url, { services, until: performance.now() + (bases ? dayMillis : pauseMillis) })
  return services
}

/** The base URL for a domain: the longest entry that it ends with (RFC 9224 §4); null where there is no RDAP. */
export function baseFor(domain: string, { bases }: Services): string | null {
  const labels = domain.split('.')
  for (let skip = 0; skip < labels.length; skip++) {
    const base = bases.get(labels.slice(skip).join('.'))
    if (base !== undefined) return base
  }
  return null
}

/** `{ services: [[[domain, …], [url, …]], …] }`; null for a file that is not of this kind. Entries that make no sense are passed over. */
function readBootstrap(body: Uint8Array): ReadonlyMap<string, string> | null {
  const services = servicesIn(body)
  if (services === null) return null
  const bases = new Map<string, string>()
  for (const service of services) {
    const [domains, urls] = Array.isArray(service) ? service : []
    const base = baseIn(urls)
    if (base === null || !Array.isArray(domains)) continue
    for (const domain of domains) {
      if (typeof domain === 'string' && bases.size < maxDomains) bases.set(domain.toLowerCase(), base)
    }
  }
  return bases.size > 0 ? bases : null
}

function servicesIn(body: Uint8Array): unknown[] | null {
  try {
    const file: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const services = file !== null && typeof file === 'object' && 'services' in file ? file.services : null
    return Array.isArray(services) ? services : null
  } catch {
    return null
  }
}

/** The first https URL, else the first http one, which the door takes only where the operator opened its address. */
function baseIn(urls: unknown): string | null {
  if (!Array.isArray(urls)) return null
  const usable = urls.filter((url): url is string => typeof url === 'string' && url.length <= 300 && URL.canParse(url))
  const base = usable.find((url) => url.startsWith('https://')) ?? usable.find((url) => url.startsWith('http://'))
  return base === undefined ? null : base.endsWith('/') ? base : `${base}/`
}
