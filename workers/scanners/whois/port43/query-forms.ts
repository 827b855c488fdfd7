/** Servers that want more than the bare name on the line, and how they want it. */
const forms: Readonly<Record<string, (domain: string) => string>> = {
  // All data of a domain, name in A-labels.
  'whois.denic.de': (domain) => `-T dn,ace ${domain}`,
  // Answers in English.
  'whois.jprs.jp': (domain) => `${domain}/e`,
  // Domains only, not hosts and registrars whose names begin alike.
  'whois.verisign-grs.com': (domain) => `domain ${domain}`,
  'ccwhois.verisign-grs.com': (domain) => `domain ${domain}`,
}

/** The line that asks this server about a domain (RFC 3912 §2). */
export const queryLine = (server: string, domain: string): string => `${forms[server]?.(domain) ?? domain}\r\n`
