import { inBoth } from './language.ts'

const names: Readonly<Record<string, string>> = inBoth({
  en: { ports: 'Ports', tls: 'TLS', dns: 'DNS', whois: 'Registration', http: 'Web server' },
  de: { ports: 'Ports', tls: 'TLS', dns: 'DNS', whois: 'Registrierung', http: 'Webserver' },
})

/** A scanner in a word; one that is new here by its own name. */
export const scannerName = (scanner: string): string => names[scanner] ?? scanner
