import { hostOf } from '../text/values.ts'
import type { WhoisServer } from './ask.ts'

/** Where an answer sends us next, or the kebab-case reason for not going there; null where it sends us nowhere. */
export type Referral = WhoisServer | { readonly refused: string; readonly said: string }

/**
 * `whois.example.net`, `whois://whois.example.net`, `192.0.2.1`. A referral names no port but the one in use, since WHOIS has but one
 * (RFC 3912 §2); whether its host may be dialled is for the door to say.
 */
export function readReferral(said: string, port: number): Referral | null {
  const [, scheme, host, portText] =
    /^(?:([a-z][a-z0-9+.-]{0,20}):\/\/)?(\[[0-9a-f:.]{2,45}\]|[^\s:/]{1,253})(?::(\d{1,5}))?\/?$/i.exec(said) ?? []
  if (host === undefined) return null
  if (scheme !== undefined && scheme.toLowerCase() !== 'whois') return { refused: 'referral-scheme', said }
  if (portText !== undefined && Number(portText) !== port) return { refused: 'referral-port', said }
  const address = /^\[(.+)\]$/.exec(host)?.[1] ?? (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? host : null)
  const named = address ?? hostOf(host)
  return named === null ? null : { host: named, port }
}
