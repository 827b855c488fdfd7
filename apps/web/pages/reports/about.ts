export type About = { readonly kind: 'all' } | { readonly kind: 'target' | 'scan'; readonly id: string }

/** What is for people first, then what programs read. */
export const formats = ['html', 'pdf', 'markdown', 'csv', 'json', 'sarif'] as const
export type Format = (typeof formats)[number]

/** Where the API makes this report. */
export function reportAddress(about: About, format: Format): string {
  const path = about.kind === 'all' ? '/v1/report' : `/v1/${about.kind}s/${encodeURIComponent(about.id)}/report`
  return `${path}?${new URLSearchParams({ format }).toString()}`
}

type ShareTimes = Readonly<{ expiresAt: string; revokedAt: string | null }>

export const shareState = ({ expiresAt, revokedAt }: ShareTimes, now: number): 'open' | 'over' | 'revoked' =>
  revokedAt !== null ? 'revoked' : Date.parse(expiresAt) <= now ? 'over' : 'open'

/** To paste into a page elsewhere: the badge, which leads to the report. */
export const badgeSnippet = (url: string, badgeUrl: string, alt: string): string =>
  `<a href="${attribute(url)}"><img src="${attribute(badgeUrl)}" alt="${attribute(alt)}"></a>`

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
