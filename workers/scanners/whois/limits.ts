import type { WhoisOptions } from './schema.ts'

/** How often one RDAP server is asked. */
export const maxAttempts = 3
/** All waiting that one server may ask of us in one run. */
export const maxWaitMillis = 20_000
/** IANA to the registry, the registry to the registrar. */
export const maxReferrals = 2
/** Looking up names and waiting for our turn at a server take time too. */
const waitingMillis = 20_000

/** The bootstrap file, RDAP with all its tries, then WHOIS with all its referrals, each taking as long as it may. */
export const longestMillis = ({ timeoutMillis }: WhoisOptions): number =>
  (1 + maxAttempts + 1 + maxReferrals) * timeoutMillis + maxWaitMillis + waitingMillis
