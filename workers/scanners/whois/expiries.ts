import type { Expiry } from '../scanner.ts'
import type { WhoisResult } from './schema.ts'

const rule = 'whois/expires-soon'
export const reminded = [rule] as const

export const expiries = ({ domain, expiresAt }: WhoisResult): Expiry[] =>
  expiresAt === null ? [] : [{ subject: domain, at: expiresAt, soonDays: 30, rule }]
