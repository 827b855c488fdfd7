import type { Rule } from '../../scanner.ts'
import type { HttpResult } from '../schema.ts'
import { ofPage, pageNotRead } from './document.ts'
import { ofOrigins } from './origins.ts'

type HttpRule = Rule<HttpResult>

/** Whether a Server field tells a version: a number behind a product's slash, or one with a point that is no address. */
export function tellsVersion(server: string): boolean {
  // A comment may hold the name of a machine (`dcb/7F83`).
  const products = server.replaceAll(/\([^()]*\)/g, ' ')
  const withoutAddresses = server.replaceAll(/(?<![/\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, ' ')
  return /\/v?\d/i.test(products) || /\d\.\d/.test(withoutAddresses)
}

/** A number that stands as a word of its own: `WordPress 6.2.1`, not `TYPO3 CMS`. */
const namesVersion = (generator: string) => /(?:^|[\s/(])v?\d+(?:\.\d+)*(?![\w-])/i.test(generator)

export const disclosureRules: readonly HttpRule[] = [
  {
    id: 'http/server-version',
    title: 'Server tells the version of the software',
    severity: 'low',
    remedy: 'Switch the version off (server_tokens off, ServerTokens Prod).',
    reference: 'RFC 9110 §10.2.4',
    check: ofOrigins(({ disclosures }) => {
      const server = disclosures.find(({ name, value }) => name.toLowerCase() === 'server' && tellsVersion(value))
      return server ? { value: server.value } : false
    }),
  },
  {
    id: 'http/technology-header',
    title: 'A header field tells what the site is made with',
    severity: 'info',
    remedy: 'Take the field out: nobody needs it.',
    reference: 'RFC 9110 §17.12',
    check: ofOrigins(({ disclosures }) => {
      const fields = disclosures.filter(({ name }) => name.toLowerCase() !== 'server')
      return fields.length > 0 && { fields: fields.map(({ name, value }) => `${name}: ${value}`) }
    }),
  },
  {
    id: 'http/generator-version',
    title: 'The page tells the version of the software that made it',
    severity: 'info',
    remedy: 'Take the meta element named generator out.',
    reference: 'HTML, standard metadata names',
    check: ofPage(({ generators, isWhole }) => {
      const telling = generators.filter(namesVersion)
      return telling.length > 0 ? { generators: telling } : isWhole ? false : pageNotRead
    }),
  },
]
