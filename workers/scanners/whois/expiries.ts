import type { Expiry } from '../scanner.ts'
import type { WhoisResult } from './schema.ts'

const rule = 'whois/expires-soon'
export const reminded = [rule] as const

export const expiries = ({ domain, createdAt, expiresAt, registrar }: WhoisResult): Expiry[] =>
  expiresAt === null
    ? []
    : [{ subject: domain, at: expiresAt, beganAt: createdAt, issuer: registrar?.name ?? null, soonDays: 30, rule }]
