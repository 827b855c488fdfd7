import type { Rule } from '../../scanner.ts'
import { hasSourceList, knownDirectives, valuesOfFirst, withdrawnDirectives } from '../policy/csp.ts'
import {
  allowsAllInline,
  allowsAnyHost,
  allowsData,
  allowsEval,
  hasIgnoredNone,
  noncesOf,
  plainHttpOf,
  type Sources,
  trustsItsScripts,
  unquotedOf,
} from '../policy/csp-sources.ts'
import type { DocumentFact, HttpResult, PolicyFact } from '../schema.ts'
import { type Answer, Unknown, worst } from './answer.ts'
import { ofPage, pageNotRead } from './document.ts'

type HttpRule = Rule<HttpResult>

const enforcedOf = ({ policies }: DocumentFact) => policies.filter(({ enforced }) => enforced)
const tooLarge = new Unknown('policy-too-large')

/**
 * What all policies together let through: something passes only where every one of them allows it, so that one more in a part
 * of the page that was not read could still forbid it. Without a policy another finding says so.
 */
function together(
  document: DocumentFact,
  allows: (policy: PolicyFact) => boolean,
  show: (policies: PolicyFact[]) => Answer,
) {
  const policies = enforcedOf(document)
  if (!document.arePoliciesWhole) return tooLarge
  if (policies.length === 0) return document.isHeadWhole ? null : pageNotRead
  if (!policies.every(allows)) return false
  return document.isHeadWhole ? show(policies) : pageNotRead
}

const ofAll = (allows: (policy: PolicyFact) => boolean, show: (policies: PolicyFact[]) => Answer = () => true) =>
  ofPage((document) => together(document, allows, show))

/** A rule on how a policy is written: wrong as soon as one of them is, so that one more could be wrong where nothing was read. */
const ofEach = (wrong: (policy: PolicyFact) => readonly string[]) =>
  ofPage((document) => {
    const words = [...new Set(enforcedOf(document).flatMap(wrong))]
    if (words.length > 0) return { words: words.slice(0, 10) }
    if (!document.arePoliciesWhole) return tooLarge
    return document.isHeadWhole ? false : pageNotRead
  })

/** The list that governs script elements; null where the policy lets every script run. */
const scriptSources = (policy: PolicyFact) => sourcesFor(policy, 'script', 'elem')
const limitsScripts = (policy: PolicyFact) => scriptSources(policy) !== null

const ofScripts = (allows: (policy: PolicyFact) => boolean) =>
  ofAll(allows, (policies) => whereLimited(policies, scriptSources))

/** The lists that let it through; null where no policy limits scripts at all, which is a finding of its own. */
const whereLimited = (policies: readonly PolicyFact[], sourcesOf: (policy: PolicyFact) => Sources | null): Answer => {
  if (!policies.some(limitsScripts)) return null
  const lists = policies.map(sourcesOf).filter((sources) => sources !== null)
  return { sources: lists.map((sources) => sources.join(' ').slice(0, 500)).slice(0, 10) }
}

const isOpenTo = (sources: Sources | null, opens: (sources: Sources) => boolean) => sources === null || opens(sources)

/** Hosts and schemes count for nothing in a list that trusts what its own scripts load. */
const isOpenToScriptsFrom = (policy: PolicyFact, opens: (sources: Sources) => boolean) =>
  isOpenTo(scriptSources(policy), (sources) => opens(sources) && !trustsItsScripts(sources))

const sourcesFor = (policy: PolicyFact, kind: 'script' | 'style', place: 'elem' | 'attr') =>
  valuesOfFirst(policy, `${kind}-src-${place}`, `${kind}-src`, 'default-src')

const allowsInline = (policy: PolicyFact, kind: 'script' | 'style', place: 'elem' | 'attr') =>
  isOpenTo(sourcesFor(policy, kind, place), (sources) => allowsAllInline(sources, kind))

/** Every policy must let elements through, or every one attributes: each is a way in of its own. */
const ofInline = (kind: 'script' | 'style') =>
  ofPage((document) =>
    worst(
      (['elem', 'attr'] as const).map((place) =>
        together(
          document,
          (policy) => allowsInline(policy, kind, place),
          (policies) => whereLimited(policies, (policy) => sourcesFor(policy, kind, place)),
        ),
      ),
    ),
  )

const lacks = (name: string) => ofAll((policy) => valuesOfFirst(policy, name) === null)

const listsOf = ({ directives }: PolicyFact) => directives.filter(({ name }) => hasSourceList(name))

export const cspRules: readonly HttpRule[] = [
  {
    id: 'http/csp-missing',
    title: 'No Content Security Policy limits what the page may load and run',
    severity: 'medium',
    remedy:
      "Send a policy such as default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; begin report-only.",
    reference: 'CSP3 §3.1, §3.3',
    check: ofPage((document) => {
      if (enforcedOf(document).length > 0) return false
      if (!document.isHeadWhole) return pageNotRead
      return document.policies.length > 0 ? null : true
    }),
  },
  {
    id: 'http/csp-report-only',
    title: 'The Content Security Policy only reports',
    severity: 'medium',
    remedy: 'Send the policy as Content-Security-Policy once its reports are quiet.',
    reference: 'CSP3 §3.2',
    check: ofPage((document) => {
      if (enforcedOf(document).length > 0) return false
      if (!document.isHeadWhole) return pageNotRead
      return document.policies.length > 0 || null
    }),
  },
  {
    id: 'http/csp-script-inline',
    title: 'The policy lets every inline script run',
    severity: 'medium',
    remedy: "Take 'unsafe-inline' out, or put nonces or hashes beside it.",
    reference: 'CSP3 §6.7.3.2',
    check: ofInline('script'),
  },
  {
    id: 'http/csp-script-eval',
    title: 'The policy lets text be run as script',
    severity: 'low',
    remedy: "Take 'unsafe-eval' out.",
    reference: 'CSP3 §4.4',
    check: ofScripts((policy) => isOpenTo(valuesOfFirst(policy, 'script-src', 'default-src'), allowsEval)),
  },
  {
    id: 'http/csp-script-any-host',
    title: 'The policy lets scripts come from any host',
    severity: 'medium',
    remedy: "Name the hosts, or use nonces with 'strict-dynamic'.",
    reference: 'CSP3 §6.1.10, §6.7.2',
    check: ofScripts((policy) => isOpenToScriptsFrom(policy, allowsAnyHost)),
  },
  {
    id: 'http/csp-script-data',
    title: 'The policy lets scripts come from data: addresses',
    severity: 'medium',
    remedy: 'Take data: out of the sources for scripts.',
    reference: 'CSP3 §6.1.10, §6.7.2',
    check: ofScripts((policy) => isOpenToScriptsFrom(policy, allowsData)),
  },
  {
    id: 'http/csp-script-unrestricted',
    title: 'The policy does not limit scripts',
    severity: 'medium',
    remedy: 'Add script-src, or default-src for all that is not named.',
    reference: 'CSP3 §6.1.10',
    check: ofAll((policy) => !limitsScripts(policy)),
  },
  {
    id: 'http/csp-object-unrestricted',
    title: 'The policy does not limit plugins',
    severity: 'low',
    remedy: "Add object-src 'none'.",
    reference: 'CSP3 §6.1.9',
    check: ofAll((policy) => isOpenTo(valuesOfFirst(policy, 'object-src', 'default-src'), allowsAnyHost)),
  },
  {
    id: 'http/csp-base-uri-missing',
    title: 'The policy lets an injected base element redirect relative addresses',
    severity: 'low',
    remedy: "Add base-uri 'none' or 'self'; default-src does not cover it.",
    reference: 'CSP3 §6.3.1',
    check: lacks('base-uri'),
  },
  {
    id: 'http/csp-form-action-missing',
    title: 'The policy lets forms be sent anywhere',
    severity: 'info',
    remedy: "Add form-action 'self'; default-src does not cover it.",
    reference: 'CSP3 §6.4.1',
    check: lacks('form-action'),
  },
  {
    id: 'http/csp-style-inline',
    title: 'The policy lets every inline style through',
    severity: 'info',
    remedy: "Take 'unsafe-inline' out of the sources for styles, or put nonces or hashes beside it.",
    reference: 'CSP3 §6.1.13, §6.7.3.2',
    check: ofInline('style'),
  },
  {
    id: 'http/csp-unknown-directive',
    title: 'The policy has a directive that no specification knows',
    severity: 'low',
    remedy: 'Correct its spelling: browsers ignore it.',
    reference: 'CSP3 §2.2.1',
    check: ofEach(({ directives }) => directives.map(({ name }) => name).filter((name) => !knownDirectives.has(name))),
  },
  {
    id: 'http/csp-unquoted-keyword',
    title: 'A keyword of the policy lacks its quotes and is read as a host name',
    severity: 'low',
    remedy: "Write 'self', 'none', 'unsafe-inline' and their like in single quotes.",
    reference: 'CSP3 §2.3.1',
    check: ofEach((policy) => listsOf(policy).flatMap(({ values }) => unquotedOf(values))),
  },
  {
    id: 'http/csp-duplicate-directive',
    title: 'A directive stands twice in one policy, and the second is ignored',
    severity: 'low',
    remedy: 'Put the sources of both into the first.',
    reference: 'CSP3 §2.2.1',
    check: ofEach(({ repeated }) => repeated),
  },
  {
    id: 'http/csp-none-combined',
    title: "'none' stands beside other sources and is ignored",
    severity: 'low',
    remedy: "Take 'none' out, or the other sources.",
    reference: 'CSP3 §2.3.1, §6.7.2',
    check: ofEach((policy) =>
      listsOf(policy)
        .filter(({ values }) => hasIgnoredNone(values))
        .map(({ name }) => name),
    ),
  },
  {
    id: 'http/csp-http-source',
    title: 'The policy of an HTTPS page names sources over plain HTTP for scripts',
    severity: 'low',
    remedy: 'Write https:// before these hosts, or no scheme.',
    reference: 'CSP3 §6.7.2; Mixed Content',
    check: ofPage((document) => {
      if (document.url.startsWith('http:')) return false
      if (!document.arePoliciesWhole) return tooLarge
      const lists = enforcedOf(document).map(scriptSources)
      const plain = lists.flatMap((list) => (list && !trustsItsScripts(list) ? plainHttpOf(list) : []))
      if (plain.length > 0)
        return lists.every((list) => isOpenTo(list, allowsAnyHost)) ? null : { sources: plain.slice(0, 10) }
      return document.isHeadWhole ? false : pageNotRead
    }),
  },
  {
    id: 'http/csp-nonce-short',
    title: 'A nonce of the policy is short enough to be guessed',
    severity: 'low',
    remedy: 'Make nonces of 128 random bits or more.',
    reference: 'CSP3 §7.1',
    check: ofEach(({ directives }) =>
      directives.flatMap(({ values }) => noncesOf(values)).filter((nonce) => nonce.length < 22),
    ),
  },
  {
    id: 'http/csp-meta-ignored',
    title: 'A policy in a meta element has directives that are ignored there',
    severity: 'low',
    remedy: 'Send frame-ancestors, sandbox and report-uri in the header field.',
    reference: 'CSP3 §3.3',
    check: ofMeta(({ directives }) => {
      const names = directives.map(({ name }) => name)
      return names.filter((name) => ['frame-ancestors', 'sandbox', 'report-uri'].includes(name))
    }),
  },
  {
    id: 'http/csp-meta-late',
    title: 'A policy in a meta element comes after a script, which it does not govern',
    severity: 'low',
    remedy: 'Put the meta element first in the head, or send the policy as a header field.',
    reference: 'CSP3 §3.3',
    check: ofMeta(({ afterScript, directives }) => (afterScript ? directives.map(({ name }) => name) : [])),
  },
  {
    id: 'http/csp-deprecated-directive',
    title: 'The policy has a directive that was withdrawn',
    severity: 'info',
    remedy: 'Take it out.',
    reference: 'CSP2 and CSP3, removed directives',
    check: ofEach(({ directives }) =>
      directives.map(({ name }) => name).filter((name) => withdrawnDirectives.has(name)),
    ),
  },
]

/** A rule on policies in meta elements, which may stand wherever the page was not read. */
function ofMeta(wrong: (policy: PolicyFact) => readonly string[]): HttpRule['check'] {
  return ofPage((document) => {
    const words = document.policies.filter(({ from }) => from === 'meta').flatMap(wrong)
    if (words.length > 0) return { words: words.slice(0, 10) }
    if (!document.arePoliciesWhole) return tooLarge
    return document.isWhole ? false : pageNotRead
  })
}
