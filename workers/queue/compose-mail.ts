import type { Db } from '#db/connect.ts'
import { linkToken } from '#db/model/link-token.ts'
import { type MailFacts, type MailKindName, mailKinds } from '#db/model/mail.ts'
import { mailedCode } from '#db/model/mailed-code.ts'
import type { Secret } from '#db/model/secret.ts'
import { escapeHtml, onOneLine } from '#db/model/text.ts'
import { mails as german } from '#db/model/words/de/mails.ts'
import { type MailText, mails as english, type Means } from '#db/model/words/en/mails.ts'
import type { Language } from '#db/model/words/language.ts'
import { findUserByEmail, languageOf } from '#db/queries/users.ts'

export interface MailRow {
  readonly id: string
  readonly kind: string
  readonly recipient: string
  readonly challengeId: string | null
  readonly facts: object
}

/** What codes and links are made with. */
export interface MailKeys {
  readonly publicUrl: string
  readonly code: Secret<Buffer>
  readonly link: Secret<Buffer>
}

export interface ComposedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

type Say = { readonly [Kind in MailKindName]: (facts: MailFacts<Kind>, means: Means) => MailText }

/** A kind without words does not compile. */
const mails: Readonly<Record<Language, Say & Pick<typeof english, 'account-exists'>>> = { en: english, de: german }

/**
 * What a mail says, made at the moment of sending: its code and its links are kept nowhere. Both parts say the same, and nothing in them is fetched from anywhere.
 * In its reader's language, unless one is named. Or why there is nothing to send.
 */
export async function composeMail(
  db: Db,
  mail: MailRow,
  keys: MailKeys,
  named?: Language,
): Promise<ComposedMail | { reason: string }> {
  if (!Object.hasOwn(mailKinds, mail.kind)) return { reason: 'unknown-kind' }
  const kind = mail.kind as MailKindName
  const isAskedOf = kind === 'reset-code' || kind === 'sign-up-code'
  const hasAccount = isAskedOf && (await findUserByEmail(db, mail.recipient)) !== undefined
  if (kind === 'reset-code' && !hasAccount) return { reason: 'no-account' }
  const language = named ?? (await languageOf(db, mail))
  const means: Means = {
    code: mail.challengeId === null ? '' : mailedCode(keys.code, mail.challengeId),
    publicUrl: keys.publicUrl,
    link: (purpose, path, id) => `${keys.publicUrl}${path}?id=${id}&token=${linkToken(keys.link, purpose, id)}`,
  }
  const said = kind === 'sign-up-code' && hasAccount ? 'account-exists' : kind
  // Safe cast: each kind's words take the facts of its own schema.
  const say = mails[language][said] as (facts: object, means: Means) => MailText
  return written(say(mailKinds[kind].facts.parse(visible(mail.facts)), means), language)
}

/** Names that people gave, without line breaks and without what turns a reader's eye around. */
const visible = (facts: object): object =>
  JSON.parse(JSON.stringify(facts), (_name, value: unknown) =>
    typeof value === 'string' ? onOneLine(value) : value,
  ) as object

function written({ subject, body }: MailText, language: Language): ComposedMail {
  const lines = body.map((part) => (typeof part === 'string' ? part : `    ${part[0]}`))
  const paragraphs = body.map((part) =>
    typeof part === 'string' ? `<p>${escapeHtml(part)}</p>` : `<p><strong>${escapeHtml(part[0])}</strong></p>`,
  )
  return {
    subject: `Portlight: ${subject}`,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>${paragraphs.join('')}</body></html>`,
  }
}
