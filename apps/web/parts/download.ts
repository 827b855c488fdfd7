/** Hands the reader a file that was made here. */
export function download(name: string, document: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }))
  const link = Object.assign(window.document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
