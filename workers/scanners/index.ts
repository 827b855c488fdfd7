import { dns } from './dns/index.ts'
import { http } from './http/index.ts'
import { ports } from './ports/index.ts'
import { tls } from './tls/index.ts'
import { whois } from './whois/index.ts'

/** Every scanner there is. To add one: make its folder, add its line here. */
export const scanners = {
  ports,
  tls,
  dns,
  whois,
  http,
} as const

export type ScannerName = keyof typeof scanners
