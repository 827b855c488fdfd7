import type { WebhookFormat } from '#db/model/alert.ts'
import { onOneLine } from '#db/model/text.ts'

interface Told {
  readonly type: string
  readonly data: { readonly title?: string; readonly lines?: readonly string[] }
}

const charactersAtMost = 3500

/** The standard body, or what a chat takes in its place: a text. Slack reads three signs as marks (its "Formatting text for app surfaces"), so they are escaped there. */
export function inFormat(format: WebhookFormat, standard: string): string {
  if (format === 'standard') return standard
  const { type, data } = JSON.parse(standard) as Told
  const lines = [data.title ?? `Portlight: ${type}`, ...(data.lines ?? [])]
  const text = lines.map(onOneLine).join('\n').slice(0, charactersAtMost)
  // `text` is Slack's, Mattermost's and Telegram's; `msgtype` and `body` are Matrix' m.text.
  return JSON.stringify(format === 'slack' ? { text: escaped(text) } : { text, msgtype: 'm.text', body: text })
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
