import { familyOf } from '#db/model/address.ts'
import type { ComposedMail } from '#workers/queue/compose-mail.ts'

export interface Letter extends ComposedMail {
  readonly id: string
  readonly recipient: string
  /** That of the request which caused it; null where none did. */
  readonly requestId: string | null
}

/** What came of handing a letter over. */
export type Delivery =
  | { readonly status: 'sent' }
  /** Worth another try: nobody answered, or the answer was a 4yz (RFC 5321 §4.2.1). */
  | { readonly status: 'later'; readonly reason: string }
  /** A 5yz about this letter: asking again would get the same. */
  | { readonly status: 'refused'; readonly reason: string }

export interface MailTransport {
  send(letter: Letter): Promise<Delivery>
  close(): void
}

const connectMillis = 5000
const silenceMillis = 10_000

/** Hands letters to the operator's server. TLS is asked for and its certificate checked, unless the server is this machine itself. */
export function smtpTransport(url: string, from: string): MailTransport {
  let opened: ReturnType<typeof open> | undefined
  return {
    send: async ({ id, recipient, requestId, subject, text, html }) => {
      try {
        const transporter = await (opened ??= open(url))
        await transporter.sendMail({
          from,
          to: { name: '', address: recipient },
          subject,
          text,
          html,
          messageId: `<${id}@portlight.invalid>`,
          // Nobody's holiday notice shall answer (RFC 3834 §5).
          headers: {
            'Auto-Submitted': 'auto-generated',
            ...(requestId === null ? {} : { 'X-Request-Id': requestId }),
          },
        })
        return { status: 'sent' }
      } catch (error) {
        return deliveryOf(error as Error & { code?: string; responseCode?: number })
      }
    },
    // What could not be opened was told by the letter.
    close: () =>
      void opened?.then(
        (transporter) => transporter.close(),
        () => {},
      ),
  }
}

/** The server's own words are not kept: they may repeat what was sent. */
function deliveryOf({ code, responseCode }: { code?: string; responseCode?: number }): Delivery {
  if (responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH')
    return { status: 'refused', reason: `refused-${responseCode}` }
  return {
    status: 'later',
    reason: responseCode === undefined ? (code ?? 'unknown').toLowerCase() : `deferred-${responseCode}`,
  }
}

async function open(url: string) {
  // A tenth of a worker's start, and many have no mail server.
  const { createTransport } = await import('nodemailer')
  const { protocol, hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isHere = host === 'localhost' || host === '::1' || (familyOf(host) === 4 && host.startsWith('127.'))
  const isInside = !host.includes('.') && familyOf(host) === null
  return createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: connectMillis,
    greetingTimeout: silenceMillis,
    socketTimeout: silenceMillis,
    dnsTimeout: connectMillis,
    disableFileAccess: true,
    disableUrlAccess: true,
    requireTLS: protocol === 'smtp:' && !isHere && !isInside,
    ignoreTLS: protocol === 'smtp:' && (isHere || isInside),
  })
}

/** Whether the operator's server takes us: connects, begins TLS and signs in, and sends nothing. @returns why not; null where it does */
export async function checkMailServer(url: string): Promise<string | null> {
  const transporter = await open(url)
  try {
    await transporter.verify()
    return null
  } catch (error) {
    const { message, code, responseCode } = error as Error & { code?: string; responseCode?: number }
    // Its own codes are wider than the system's, which stand in the sentence.
    return responseCode?.toString() ?? /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? code ?? 'refused'
  } finally {
    transporter.close()
  }
}
