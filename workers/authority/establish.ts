import { getPublicSuffix } from 'tldts'
import type { Db } from '#db/connect.ts'
import type { Basis, Missing, ProofKind, RunAuthority } from '#db/model/authority.ts'
import type { Target } from '#db/model/target.ts'
import {
  findAttestation,
  freshAddressProofs,
  isFresh,
  type ProofRow,
  proofsOfHosts,
  saveAddressProof,
  saveCheck,
} from '#db/queries/proofs.ts'
import {
  challengeLabel,
  type CheckDoor,
  checkFileAt,
  checkProof,
  checkPtr,
  isInZoneOf,
  proofPath,
} from './check-proof.ts'

export interface Question {
  readonly organisationId: string
  readonly targetId: string
  readonly target: Target
  /** What the target resolves to; the address itself where it is one. */
  readonly addresses: readonly string[]
  readonly isOpened: (address: string) => boolean
  /** Calendar time. */
  readonly now: Date
}

/** More addresses than any scanner asks. */
const addressesAtMost = 64

/**
 * By what right this target's addresses may be asked: for each one a proof of the name **and** of the address, made again where the last is older than a day,
 * else a statement of somebody who runs the instance, else none.
 */
export async function establishAuthority(db: Db, door: CheckDoor, question: Question): Promise<RunAuthority> {
  const { target, isOpened, targetId } = question
  const addresses = question.addresses.slice(0, addressesAtMost)
  if (addresses.length > 0 && addresses.every(isOpened)) return everywhere('operator', addresses, null)
  const attestation = await findAttestation(db, targetId)
  const proofs = await proofsOfHosts(db, question.organisationId, [...ancestorsOf(target), ...addresses])
  const verified = verifier(db, door, question, proofs)

  const ofName = target.kind === 'address' ? null : await verified.name(target.canonical)
  const isNameProved = target.kind === 'address' || ofName !== null
  const known = new Map(
    (await freshAddressProofs(db, question.organisationId, addresses)).map(({ address, kind }) => [address, kind]),
  )
  const judged = await Promise.all(
    addresses.map(async (address) => {
      if (isOpened(address)) return { address, basis: 'operator' as const, proof: null }
      const proof = known.get(address) ?? (await verified.address(address))
      if (isNameProved && proof !== null) return { address, basis: 'proved' as const, proof }
      return { address, basis: attestation ? ('attested' as const) : ('passive' as const), proof }
    }),
  )
  const isProved = isNameProved && judged.some(({ basis }) => basis === 'proved')
  const basis: Basis = isProved ? 'proved' : attestation ? 'attested' : 'passive'
  return {
    basis,
    proof: ofName ?? (isProved ? { kind: judged.find(({ basis }) => basis === 'proved')!.proof!, name: null } : null),
    sentence: attestation && judged.some(({ basis }) => basis === 'attested') ? attestation.sentence : null,
    addresses: judged,
    missing: basis === 'attested' ? [] : missingOf(target, isNameProved, judged, proofs),
  }
}

const everywhere = (basis: Basis, addresses: readonly string[], sentence: string | null): RunAuthority => ({
  basis,
  proof: null,
  sentence,
  addresses: addresses.map((address) => ({ address, basis, proof: null })),
  missing: [],
})

/** The name itself, and those above it whose proof may cover it: none of them a public suffix, below which are strangers. */
function ancestorsOf({ kind, canonical }: Target): string[] {
  if (kind === 'address') return []
  const suffix = getPublicSuffix(canonical, { allowPrivateDomains: true })
  const names = [canonical]
  for (let name = canonical; name.includes('.'); ) {
    name = name.slice(name.indexOf('.') + 1)
    if (name === suffix || !name.includes('.')) break
    names.push(name)
  }
  return names
}

/** Proofs looked at in this run, each at most once. */
function verifier(db: Db, door: CheckDoor, { organisationId, now }: Question, proofs: readonly ProofRow[]) {
  const checked = new Map<string, Promise<boolean>>()
  const isHeld = (proof: ProofRow): Promise<boolean> => {
    const known = checked.get(proof.id) ?? (isFresh(proof, now) ? Promise.resolve(true) : checkAnew(proof))
    checked.set(proof.id, known)
    return known
  }
  const checkAnew = async (proof: ProofRow) => {
    const check = await checkProof(door, proof, async (name) => (await ofName(name)) !== null)
    await saveCheck(db, proof.id, check)
    return check.status === 'holds'
  }
  const ofName = async (name: string): Promise<{ kind: ProofKind; name: string | null } | null> => {
    for (const proof of proofs.filter((one) => one.canonical === name && one.kind !== 'ptr'))
      if (await isHeld(proof)) return { kind: proof.kind, name: null }
    for (const proof of proofs.filter((one) => one.coversSubdomains && name.endsWith(`.${one.canonical}`)))
      if (proof.kind === 'dns-txt' && (await isHeld(proof)) && (await isInZoneOf(door, name, proof.canonical)) === true)
        return { kind: proof.kind, name: proof.canonical }
    return null
  }
  /** A file that the address itself serves, with any token of this target's; else the way back from its pointer. */
  const ofAddress = async (address: string): Promise<'http-file' | 'ptr' | null> => {
    const own = proofs.filter((one) => one.canonical === address)
    for (const proof of own)
      if (proof.kind !== 'dns-txt' && (await isHeld(proof))) return remember(address, proof.kind, null)
    for (const { token } of proofs.filter((one) => one.kind === 'http-file' && one.targetKind === 'name'))
      if ((await checkFileAt(door, address, token)).status === 'holds') return remember(address, 'http-file', null)
    const { check, name } = await checkPtr(door, address, async (name) => (await ofName(name)) !== null)
    return check.status === 'holds' ? remember(address, 'ptr', name) : null
  }
  const remember = async (address: string, kind: 'http-file' | 'ptr', name: string | null) => {
    await saveAddressProof(db, { organisationId, address, kind, name })
    return kind
  }
  return { name: ofName, address: ofAddress }
}

function missingOf(
  target: Target,
  isNameProved: boolean,
  addresses: RunAuthority['addresses'],
  proofs: readonly ProofRow[],
): Missing[] {
  const token = (kind: ProofKind, host: string) =>
    proofs.find((proof) => proof.kind === kind && proof.canonical === host)?.token ?? 'TOKEN'
  const ofName = isNameProved
    ? []
    : [
        {
          what: `that ${target.display} is yours`,
          how: `Publish the TXT record ${challengeLabel}.${target.canonical} "token=${token('dns-txt', target.canonical)}", or that token as the file ${proofPath(token('http-file', target.canonical))}. \`portlight targets prove\` gives the token.`,
        },
      ]
  const unproved = addresses.filter(({ basis, proof }) => basis !== 'operator' && proof === null)
  return [
    ...ofName,
    ...unproved.map(({ address }) => ({
      what: `that ${address} is yours`,
      how: `Serve the token of an http-file proof at http://${address.includes(':') ? `[${address}]` : address}${proofPath(token('http-file', target.kind === 'address' ? address : target.canonical))} without a redirect, or let its PTR record lead to a proved name that resolves back.`,
    })),
  ]
}
