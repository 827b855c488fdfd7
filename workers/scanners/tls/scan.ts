import { compareAddresses } from '#db/model/address.ts'
import type { Target } from '#db/model/target.ts'
import { NotAllowed } from '#workers/network/door.ts'
import { addressesOf, type FailureReason, type Report, type ScanContext, ScanFailure } from '../scanner.ts'
import { type Asked, askAddress, longestAddressMillis, offeredVersions } from './handshake/ask-address.ts'
import { countCoverage } from './count-coverage.ts'
import { interpretAnswers } from './handshake/interpret-answers.ts'
import { type AddressOutcome, type AddressResult, maxAddresses, type Options, type TlsResult } from './schema.ts'
import { createChainStore, type Shown } from './certificate/store-chains.ts'
import { storeRoots } from './certificate/store-roots.ts'

/** Resolving, then every address at once. */
export const longestMillis = ({ starttls }: Options) => 30_000 + longestAddressMillis(starttls)

/** Offers every version of TLS to every address of the target, and judges the certificates that come. */
export async function scan(
  target: Target,
  { port, serverName: otherName, starttls }: Options,
  { network, signal, now, progress }: ScanContext,
): Promise<Report<TlsResult>> {
  const resolution = await addressesOf(target, network)
  const addresses = resolution.addresses.toSorted(compareAddresses)
  const serverName = otherName ?? (target.kind === 'name' ? target.canonical : null)

  const total = Math.min(addresses.length, maxAddresses) * offeredVersions.length
  let done = 0
  const asked = await Promise.all(
    addresses
      .slice(0, maxAddresses)
      .map((address) =>
        askAddress(network, { address, port, serverName, starttls }, () => progress({ done: ++done, total })),
      ),
  )
  if (!signal.aborted) progress({ done: total, total }) // An address that is closed saves the work of its other versions.

  const referenceIdentity = serverName ?? target.canonical
  const chains = createChainStore({ referenceIdentity, roots: storeRoots(network.roots), now })
  const seen = asked.map((one) => ({ ...interpretAnswers(one), chains: chains.keep(shownIn(one)) }))
  if (!signal.aborted) failWithoutTls(seen, `${target.display}, ${port}/tcp`)

  const coverage = countCoverage({
    port,
    addresses: seen,
    further: addresses.slice(maxAddresses),
    resolution,
  })
  const result: TlsResult = {
    subject: referenceIdentity === target.canonical ? `${port}/tcp` : `${port}/tcp ${referenceIdentity}`,
    port,
    starttls,
    serverName,
    referenceIdentity,
    addresses: seen,
    certificates: chains.certificates(),
  }
  if (coverage.answered > 0) return { result, coverage }
  return { result, coverage, inconclusive: coverage.asked > 0 ? 'no-handshake' : 'not-asked' }
}

const shownIn = ({ offers }: Asked): Shown[] =>
  offers.flatMap(({ version, answer }) =>
    answer.kind === 'established' ? [{ version, certificates: answer.certificates }] : [],
  )

/** What it means when no address speaks TLS; the first that fits. */
const failures: readonly { readonly outcomes: readonly AddressOutcome[]; readonly reason: FailureReason }[] = [
  { outcomes: ['not-tls', 'starttls-not-offered', 'starttls-failed', 'closed'], reason: 'protocol-error' },
  { outcomes: ['silent', 'filtered'], reason: 'timed-out' },
  { outcomes: ['refused', 'unreachable'], reason: 'unreachable' },
]

/** @throws ScanFailure where no address speaks TLS, NotAllowed where none may be dialled. */
function failWithoutTls(addresses: readonly AddressResult[], where: string) {
  if (addresses.some(({ outcome }) => outcome === 'handshake' || outcome === 'no-handshake')) return
  const [first] = addresses
  if (first?.detail && addresses.every(({ outcome }) => outcome === 'not-allowed')) {
    throw new NotAllowed(first.detail, `${where} may not be dialled: ${first.detail}`)
  }
  for (const { outcomes, reason } of failures) {
    if (!addresses.some(({ outcome }) => outcomes.includes(outcome))) continue
    const seen = addresses.slice(0, 4).map(({ address, outcome }) => `${address} ${outcome}`)
    throw new ScanFailure(reason, `no TLS at ${where}: ${seen.join(', ')}`)
  }
}
