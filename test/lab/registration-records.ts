/** What the lab's registry keeps of a domain. */
export interface Registration {
  readonly registrar: string
  readonly ianaId: string
  readonly expiresInDays: number
  /** By EPP's names. */
  readonly statuses: readonly string[]
  readonly nameServers: readonly string[]
  readonly signed: boolean
}

/** Nothing to find fault with. */
export const clean: Registration = {
  registrar: 'Lab Registrar Ltd.',
  ianaId: '9999',
  expiresInDays: 400,
  statuses: ['clientTransferProhibited', 'clientUpdateProhibited'],
  nameServers: ['ns1.lab.test', 'ns2.lab.test'],
  signed: true,
}

/** Ends soon, and nobody has locked it: `whois/expires-soon` and `whois/transfer-lock-missing`. */
export const planted: Registration = { ...clean, expiresInDays: 10, statuses: ['ok'] }

export const createdAt = '2010-03-04T05:06:07Z'
export const updatedAt = '2026-01-02T03:04:05Z'

const dayMillis = 24 * 3600 * 1000
export const expiresAt = ({ expiresInDays }: Registration): string =>
  new Date(Date.now() + expiresInDays * dayMillis).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** `clientTransferProhibited` → `client transfer prohibited` (RFC 8056); EPP's ok is RDAP's active. */
const rdapStatus = (status: string) =>
  status === 'ok' ? 'active' : status.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** An RDAP domain object (RFC 9083 §5.3). */
export function rdapObject(domain: string, registration: Registration): object {
  return {
    objectClassName: 'domain',
    rdapConformance: ['rdap_level_0'],
    ldhName: domain.toUpperCase(),
    status: registration.statuses.map(rdapStatus),
    events: [
      { eventAction: 'registration', eventDate: createdAt },
      { eventAction: 'last changed', eventDate: updatedAt },
      { eventAction: 'expiration', eventDate: expiresAt(registration) },
      { eventAction: 'last update of RDAP database', eventDate: updatedAt },
    ],
    nameservers: registration.nameServers.map((name) => ({ objectClassName: 'nameserver', ldhName: name })),
    secureDNS: { delegationSigned: registration.signed },
    entities: [
      {
        objectClassName: 'entity',
        roles: ['registrar'],
        publicIds: [{ type: 'IANA Registrar ID', identifier: registration.ianaId }],
        vcardArray: [
          'vcard',
          [
            ['version', {}, 'text', '4.0'],
            ['fn', {}, 'text', registration.registrar],
          ],
        ],
      },
    ],
  }
}

/** A WHOIS record in the form that ICANN asks of the generic domains. */
export const whoisRecord = (domain: string, registration: Registration): string =>
  [
    `Domain Name: ${domain.toUpperCase()}`,
    `Updated Date: ${updatedAt}`,
    `Creation Date: ${createdAt}`,
    `Registry Expiry Date: ${expiresAt(registration)}`,
    `Registrar: ${registration.registrar}`,
    `Registrar IANA ID: ${registration.ianaId}`,
    ...registration.statuses.map((status) => `Domain Status: ${status} https://icann.org/epp#${status}`),
    ...registration.nameServers.map((name) => `Name Server: ${name.toUpperCase()}`),
    `DNSSEC: ${registration.signed ? 'signedDelegation' : 'unsigned'}`,
    '>>> Last update of WHOIS database: 2026-01-02T03:04:05Z <<<',
    '',
  ].join('\r\n')
