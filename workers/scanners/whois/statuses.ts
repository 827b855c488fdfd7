/** EPP's statuses of a domain (RFC 5731 §2.3) and of its grace periods (RFC 3915 §3.1). */
export const eppStatuses = [
  'addPeriod',
  'autoRenewPeriod',
  'clientDeleteProhibited',
  'clientHold',
  'clientRenewProhibited',
  'clientTransferProhibited',
  'clientUpdateProhibited',
  'inactive',
  'linked',
  'ok',
  'pendingCreate',
  'pendingDelete',
  'pendingRenew',
  'pendingRestore',
  'pendingTransfer',
  'pendingUpdate',
  'redemptionPeriod',
  'renewPeriod',
  'serverDeleteProhibited',
  'serverHold',
  'serverRenewProhibited',
  'serverTransferProhibited',
  'serverUpdateProhibited',
  'transferPeriod',
] as const
export type EppStatus = (typeof eppStatuses)[number]

const lettersOf = (words: string) => words.toLowerCase().replace(/[^a-z]/g, '')

const byLetters = new Map<string, EppStatus>([
  ...eppStatuses.map((status) => [lettersOf(status), status] as const),
  // FRED (CZ.NIC and others) shows these descriptions in the place of EPP's names.
  ['deletionforbidden', 'serverDeleteProhibited'],
  ['registrationrenewalforbidden', 'serverRenewProhibited'],
  ['sponsoringregistrarchangeforbidden', 'serverTransferProhibited'],
  ['updateforbidden', 'serverUpdateProhibited'],
  // CIDR (GG, JE, AS) writes them out.
  ['deleteprohibitedbyregistrar', 'clientDeleteProhibited'],
  ['transferprohibitedbyregistrar', 'clientTransferProhibited'],
  ['updateprohibitedbyregistrar', 'clientUpdateProhibited'],
])

/** RDAP's words that differ from EPP's by more than spelling (RFC 8056 §2). */
const rdapWords = new Map<string, EppStatus>([
  ['active', 'ok'],
  ['associated', 'linked'],
])

export type Protocol = 'rdap' | 'whois'

/** `client transfer prohibited` (RDAP), `CLIENT TRANSFER PROHIBITED` → `clientTransferProhibited`; null for a registry's own word. */
export function eppStatusOf(said: string, protocol: Protocol): EppStatus | null {
  const letters = lettersOf(said)
  return byLetters.get(letters) ?? (protocol === 'rdap' ? rdapWords.get(letters) : undefined) ?? null
}
