import type { ChangeKind, Evidence, FindingState, Severity } from './finding.ts'

/** News that are of no finding: an end that draws near, a silence and its end, and that somebody wants to be left alone. */
export const otherNews = ['expires', 'silent', 'answers-again', 'spared'] as const

/** One thing that is news: a finding, and what became of it; or the end of something that draws near. */
export interface ToldChange {
  /** Null for what only draws near. */
  readonly findingId: string | null
  readonly kind: ChangeKind | (typeof otherNews)[number]
  readonly state: FindingState
  readonly rule: string
  readonly scanner: string
  readonly severity: Severity
  readonly subject: string
  readonly addresses: readonly string[]
  readonly evidence: Evidence | null
  /** `address-gone`: nobody answered well there; the name no longer leads there. Alerts from before there was one have none. */
  readonly reason?: 'address-gone' | null
}

/** Where news goes: which, to whom, and when. */
export interface AlertRoute {
  readonly id: string | null
  readonly targetIds: readonly string[] | null
  readonly targetTags: readonly string[] | null
  readonly leastSeverity: Severity
  readonly webhookIds: readonly string[]
  readonly userIds: readonly string[]
  readonly toOwners: boolean
  /** The member whose address stands as the target's owner contact; the organisation's owners where it is no member's. */
  readonly toTargetOwner: boolean
  /** Collects until the next of these instants; null sends at once. */
  readonly digestCron: string | null
  /** `22:00` to `07:00`: what is not critical waits for the end. */
  readonly quiet: { readonly from: string; readonly to: string } | null
  readonly zone: string
}

/** Where an organisation made no route: to its owners by mail, at once, from medium on. */
export const usualRoute: AlertRoute = {
  id: null,
  targetIds: null,
  targetTags: null,
  leastSeverity: 'medium',
  webhookIds: [],
  userIds: [],
  toOwners: true,
  toTargetOwner: false,
  digestCron: null,
  quiet: null,
  zone: 'UTC',
}

export const webhookFormats = ['standard', 'slack', 'json'] as const
export type WebhookFormat = (typeof webhookFormats)[number]

export const routesAtMost = 100
