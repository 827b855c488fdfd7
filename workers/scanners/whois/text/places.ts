/** What a part of an answer is about. Only what stands under `domain` may speak of the domain's own dates and statuses. */
export type Place = 'domain' | 'registrar' | 'contact' | 'name-servers' | 'other'

const headings = new Map<string, Place>([
  ['domain', 'domain'],
  ['domain information', 'domain'],
  ['domain name information', 'domain'],
  ['domain status', 'domain'],
  ['registration status', 'domain'],
  ['relevant dates', 'domain'],
  ['additional information', 'domain'],
  ['additional info', 'domain'],
  ['status information', 'domain'],
  ['flags', 'domain'],
  ['details', 'domain'],
  ['domain details', 'domain'],
  ['domain data', 'domain'],
  ['registration details', 'domain'],
  ['important dates', 'domain'],
  ['dates', 'domain'],
  ['servers', 'name-servers'],
  ['registrar', 'registrar'],
  ['registrar information', 'registrar'],
  ['registrar info', 'registrar'],
  ['sponsoring registrar', 'registrar'],
  ['current registrar', 'registrar'],
  ['registrador', 'registrar'],
  ['whois', 'other'],
  ['keys', 'other'],
])

const contactWord =
  /\b(registrant|registrants|admin|administrator|administrative|administrativ|adminstrative|administrativo|technical|tech|tecnico|billing|financiero|cobranza|owner|holder|contact|contacts|contacto|titular|reseller|domicile|abuse|organization using)\b/
const nameServerWord = /\b(nameservers?|nservers?|name servers?|dns|domain servers?|servidores|hosts?)\b|네임서버/

/** What follows under a heading; null for a line that is none. Takes a normalised label. */
export function placeUnder(heading: string): Place | null {
  const known = headings.get(heading)
  if (known) return known
  if (heading.split(' ').length > 6) return null
  if (contactWord.test(heading)) return 'contact'
  return nameServerWord.test(heading) ? 'name-servers' : null
}

const contactStarts = new Set([
  'person',
  'personname',
  'role',
  'nic hdl',
  'nic hdl br',
  'contact',
  'contact type',
  'contact id',
  'organisation',
  'irt',
])

/** What a block is about whose first label this is (RIPE's format and its many relatives); null where it does not say. */
export function placeOfBlock(label: string): Place | null {
  if (contactStarts.has(label)) return 'contact'
  if (label === 'registrar') return 'registrar'
  if (label === 'nsset' || label === 'ns list' || label === 'nserver') return 'name-servers'
  return label === 'domain' ? 'domain' : null
}
