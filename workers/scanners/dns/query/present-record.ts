import { foreignText } from '#db/model/text.ts'
import { domainName } from './answer.ts'
import type { ResourceRecord } from './wire.ts'

/** Longer records are cut, and more of one kind are only counted. */
export const maxRecordLength = 4096
export const maxRecords = 64

/** Records as they are kept: sorted, so that a server's rotation is no change. */
export const presentRecords = (records: readonly ResourceRecord[]) => ({
  records: records.map(presentRecord).sort().slice(0, maxRecords),
  total: records.length,
})

/** A record's data as zone files write it (RFC 1035 §5.1), names without the root dot; strings of TXT are joined, as RFC 7208 §3.3 reads them. */
const presentRecord = (record: ResourceRecord) => foreignText(dataOf(record), maxRecordLength)

function dataOf(record: ResourceRecord): string {
  if (record.type === 'A' || record.type === 'AAAA') return record.data
  if (record.type === 'CNAME' || record.type === 'NS') return domainName(record.data)
  if (record.type === 'MX') return `${record.data.preference ?? 0} ${domainName(record.data.exchange)}`
  if (record.type === 'CAA') return `${record.data.flags ?? 0} ${record.data.tag} "${record.data.value}"`
  if (record.type === 'SOA') {
    const { mname, rname, serial, refresh, retry, expire, minimum } = record.data
    return [domainName(mname), domainName(rname), serial, refresh, retry, expire, minimum].join(' ')
  }
  if (record.type === 'DS') {
    const { keyTag, algorithm, digestType, digest } = record.data
    return [keyTag, algorithm, digestType, hex(digest)].join(' ')
  }
  if (record.type === 'DNSKEY')
    return [record.data.flags, 3, record.data.algorithm, record.data.key.toString('base64')].join(' ')
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data
    return [priority, weight, port, domainName(target)].join(' ')
  }
  if (record.type === 'TLSA') {
    const { usage, selector, matchingType, certificate } = record.data
    return [usage, selector, matchingType, hex(certificate)].join(' ')
  }
  return textOf(record)
}

const hex = (bytes: Buffer) => bytes.toString('hex').toUpperCase()

/** The strings of a TXT record as one, each byte a character; '' for a record of another type. */
export function textOf(record: ResourceRecord): string {
  if (record.type !== 'TXT') return ''
  const strings = Array.isArray(record.data) ? record.data : [record.data]
  return strings.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))).join('')
}
