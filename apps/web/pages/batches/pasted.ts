/** What somebody pasted: a table with a head, which is sent as it is, or plain hosts. */
export type Pasted =
  | { readonly kind: 'csv'; readonly text: string }
  | { readonly kind: 'hosts'; readonly hosts: string[] }

const headNames = new Set(['target', 'host', 'domain', 'address'])

/** A head names the column `target`, or what else it may be called; without one each word between spaces, commas and line ends is a host. */
export function readPasted(text: string): Pasted {
  const [first = ''] = text.trimStart().split(/\r?\n/, 1)
  const isHead = first.split(',').some((column) => headNames.has(column.trim().replaceAll(/^"|"$/g, '').toLowerCase()))
  if (isHead) return { kind: 'csv', text: text.trim() }
  return { kind: 'hosts', hosts: text.split(/[\s,;]+/).filter((host) => host !== '') }
}
