/** One element of ASN.1's Distinguished Encoding Rules (X.690 §8.1): its tag, what it holds, and all its bytes. */
export interface Element {
  readonly tag: number
  readonly content: Uint8Array
  readonly bytes: Uint8Array
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const

/** `[0]`, `[1]` … with elements inside, as certificates number their optional parts. */
export const constructed = (number: number) => 0xa0 | number

/** The bytes are not what X.690 allows, or not what was asked for. */
export class MalformedDer extends Error {
  override name = 'MalformedDer'
}

/** The elements that stand one after the other in these bytes. @throws MalformedDer */
export function elementsIn(bytes: Uint8Array): Element[] {
  const elements: Element[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const element = elementAt(bytes, offset)
    elements.push(element)
    offset += element.bytes.length
  }
  return elements
}

/** The one element that these bytes are. @throws MalformedDer */
export function onlyElement(bytes: Uint8Array, tag: number): Element {
  const [element, ...more] = elementsIn(bytes)
  if (element === undefined || more.length > 0) throw new MalformedDer('not exactly one element')
  return expectTag(element, tag)
}

export function expectTag(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw new MalformedDer(`tag ${element?.tag ?? 'none'} where ${tag} must stand`)
  return element
}

function elementAt(bytes: Uint8Array, offset: number): Element {
  const tag = byteAt(bytes, offset)
  if ((tag & 0x1f) === 0x1f) throw new MalformedDer('a tag of more than one byte')
  const first = byteAt(bytes, offset + 1)
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  // Four bytes hold any length that we read; none at all is BER's indefinite form.
  if (first === 0x80 || lengthBytes > 4) throw new MalformedDer('a length that DER does not allow')
  let length = first
  if (lengthBytes > 0) {
    length = 0
    for (let index = 0; index < lengthBytes; index++) length = length * 256 + byteAt(bytes, offset + 2 + index)
  }
  const start = offset + 2 + lengthBytes
  if (start + length > bytes.length) throw new MalformedDer('longer than the bytes that came')
  return { tag, content: bytes.subarray(start, start + length), bytes: bytes.subarray(offset, start + length) }
}

function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset]
  if (byte === undefined) throw new MalformedDer('the bytes end too early')
  return byte
}

/** Dotted decimal (X.690 §8.19). @throws MalformedDer */
export function oidOf(element: Element | undefined): string {
  const { content } = expectTag(element, tags.oid)
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (!Number.isSafeInteger(arc)) throw new MalformedDer('an object identifier beyond all use')
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first, ...rest] = arcs
  if (first === undefined || (content.at(-1) ?? 0) >= 0x80) throw new MalformedDer('an object identifier cut short')
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

/** A small integer that is not negative. @throws MalformedDer */
export function smallIntegerOf(element: Element | undefined): number {
  const { content } = expectTag(element, tags.integer)
  if (content.length === 0 || content.length > 4 || (content[0] ?? 0) >= 0x80)
    throw new MalformedDer('no small integer')
  return content.reduce((value, byte) => value * 256 + byte, 0)
}

/** The bits of a BIT STRING by their numbers, as KeyUsage counts them (RFC 5280 §4.2.1.3). @throws MalformedDer */
export function bitsOf(element: Element | undefined): (bit: number) => boolean {
  const [, ...bytes] = expectTag(element, tags.bitString).content
  return (bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0
}
