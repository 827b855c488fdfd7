import type { Rule } from '../scanner.ts'
import { cookieRules } from './rules/cookies.ts'
import { cspRules } from './rules/csp.ts'
import { disclosureRules } from './rules/disclosure.ts'
import { hstsRules } from './rules/hsts.ts'
import { framingRules, referrerRules, sniffingRules } from './rules/page.ts'
import { protocolRules } from './rules/protocol.ts'
import { redirectRules } from './rules/redirects.ts'
import type { HttpResult } from './schema.ts'

export const rules: readonly Rule<HttpResult>[] = [
  ...protocolRules,
  ...redirectRules,
  ...hstsRules,
  ...sniffingRules,
  ...framingRules,
  ...cspRules,
  ...referrerRules,
  ...cookieRules,
  ...disclosureRules,
]
