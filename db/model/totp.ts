import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Secret } from './secret.ts'

/** 160 bits in base32 (RFC 4226 §4, R6). */
export const newTotpSeed = (): string => generateSecret({ length: 20 })

const toleratedSeconds = 30

/** The 30-second step (RFC 6238) of which this is the code: the present one, or the one before or after it, for clocks that are off. Null for a wrong code. */
export function totpStepOf(seed: Secret<string>, code: string, nowSeconds: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const verdict = verifySync({
    secret: seed.reveal(),
    token: code,
    epoch: nowSeconds,
    epochTolerance: toleratedSeconds,
  })
  return verdict.valid && 'timeStep' in verdict ? verdict.timeStep : null
}

/** What an authenticator app reads out of the QR code. */
export const totpUri = (seed: Secret<string>, account: string): string =>
  generateURI({ issuer: 'Portlight', label: account, secret: seed.reveal() })
