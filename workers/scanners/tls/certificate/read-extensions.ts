import { canonicalAddress } from '#db/model/address.ts'
import { foreignText } from '#db/model/text.ts'
import {
  bitsOf,
  constructed,
  type Element,
  elementsIn,
  MalformedDer,
  oidOf,
  onlyElement,
  smallIntegerOf,
  tags,
} from './read-der.ts'

/** What a certificate says of its own use (RFC 5280 §4.2); a part that is not there says nothing. */
export interface Extensions {
  readonly isCa: boolean
  /** How many CAs may stand below this one; null where it does not say. */
  readonly pathLength: number | null
  readonly maySignCertificates: boolean
  readonly mayServe: boolean
  readonly names: readonly GeneralName[]
  readonly constraints: NameConstraints | null
  /** Critical ones that nothing here understands: RFC 5280 §4.2 wants such a certificate refused. */
  readonly unknownCritical: readonly string[]
}

export interface GeneralName {
  readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'other'
  readonly bytes: Uint8Array
}

/** RFC 5280 §4.2.1.10. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

const oids = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  extendedKeyUsage: '2.5.29.37',
} as const

/** Policies may be critical and are not judged: they say under what rules a certificate was issued, not for whom it speaks. */
const policies = ['2.5.29.32', '2.5.29.33', '2.5.29.36', '2.5.29.54']
const understood = new Set<string>([...Object.values(oids), ...policies])

const keyCertSign = 5
const serverAuthentication = '1.3.6.1.5.5.7.3.1'
const anyPurpose = '2.5.29.37.0'

/** @throws MalformedDer, and for an extension that stands twice (RFC 5280 §4.2). */
export function readExtensions(list: Element | undefined): Extensions {
  const found = new Map<string, { critical: boolean; value: Uint8Array }>()
  for (const extension of list === undefined ? [] : elementsIn(onlyElement(list.content, tags.sequence).content)) {
    const [id, ...rest] = elementsIn(extension.content)
    const oid = oidOf(id)
    const value = rest.at(-1)
    if (value?.tag !== tags.octetString) throw new MalformedDer(`extension ${oid} without a value`)
    if (found.has(oid)) throw new MalformedDer(`extension ${oid} stands twice`)
    found.set(oid, { critical: rest.length > 1 && rest[0]?.content[0] !== 0, value: value.content })
  }
  const read = (oid: string, tag: number) => {
    const extension = found.get(oid)
    return extension === undefined ? null : onlyElement(extension.value, tag)
  }

  const basic = elementsIn(read(oids.basicConstraints, tags.sequence)?.content ?? new Uint8Array())
  const pathLength = basic.find(({ tag }) => tag === tags.integer)
  const usage = read(oids.keyUsage, tags.bitString)
  const purposes = read(oids.extendedKeyUsage, tags.sequence)
  const constraints = read(oids.nameConstraints, tags.sequence)
  return {
    isCa: basic.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0),
    pathLength: pathLength === undefined ? null : smallIntegerOf(pathLength),
    maySignCertificates: usage === null || bitsOf(usage)(keyCertSign),
    mayServe:
      purposes === null ||
      elementsIn(purposes.content).some((purpose) => [serverAuthentication, anyPurpose].includes(oidOf(purpose))),
    names: namesIn(read(oids.subjectAltName, tags.sequence)),
    constraints: constraints === null ? null : constraintsIn(constraints),
    unknownCritical: [...found].filter(([oid, { critical }]) => critical && !understood.has(oid)).map(([oid]) => oid),
  }
}

/** GeneralName's own numbers (RFC 5280 §4.2.1.6). */
const nameTypes: Readonly<Record<number, GeneralName['type']>> = { 0x81: 'email', 0x82: 'dns', 0x86: 'uri', 0x87: 'ip' }

const nameIn = ({ tag, content }: Element): GeneralName => ({ type: nameTypes[tag] ?? 'other', bytes: content })

const namesIn = (list: Element | null) => (list === null ? [] : elementsIn(list.content).map(nameIn))

function constraintsIn(sequence: Element): NameConstraints {
  const parts = elementsIn(sequence.content)
  const subtrees = (number: number) =>
    elementsIn(parts.find(({ tag }) => tag === constructed(number))?.content ?? new Uint8Array()).map((subtree) => {
      const [base, ...bounds] = elementsIn(subtree.content)
      // RFC 5280 wants no bounds here; a tree that has some is one that we do not judge.
      return base === undefined || bounds.length > 0 ? { type: 'other' as const, bytes: subtree.content } : nameIn(base)
    })
  return { permitted: subtrees(0), excluded: subtrees(1) }
}

/** A name for people to read: bounded, well-formed, and never taken apart again. */
export function textOf({ type, bytes }: GeneralName): string {
  if (type === 'other') return ''
  if (type !== 'ip') return foreignText(bytes, 1000)
  return addressOf(bytes) ?? Buffer.from(bytes.subarray(0, 100)).toString('hex')
}

function addressOf(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join('.')
  return bytes.length === 16
    ? canonicalAddress(
        Buffer.from(bytes)
          .toString('hex')
          .replace(/....(?!$)/g, '$&:'),
      )
    : null
}
