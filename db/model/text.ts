/** Text that Postgres stores: well-formed, and without NUL. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

/**
 * Text that a stranger sent, made fit to keep: at most `maxLength` UTF-16 units, and storable.
 * Bytes are read as ISO 8859-1, which keeps each of them; give a string where the encoding is known.
 */
export function foreignText(text: Uint8Array | string, maxLength: number): string {
  const decoded =
    typeof text === 'string'
      ? text
      : Buffer.from(text.buffer, text.byteOffset, Math.min(text.byteLength, maxLength)).toString('latin1')
  return storableText(decoded.slice(0, maxLength))
}

/** Foreign text on one line, without what breaks lines or turns a reader's eye around. */
export const onOneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands in HTML, in an attribute too. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => references[sign]!)
