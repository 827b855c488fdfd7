import type { InstanceRole, OrganisationRole } from './role.ts'

/** What an actor showed. */
export type Credential =
  | {
      readonly kind: 'api-key'
      readonly id: string
      /** Null for all that the role may and a key can. */
      readonly scopes: readonly string[] | null
      /** Null for every target, else those that carry one of these tags. */
      readonly targetTags: readonly string[] | null
    }
  | {
      readonly kind: 'session'
      readonly id: string
      /** A second factor was shown just now. */
      readonly isFresh: boolean
    }

/** Who acts: one credential, in exactly one organisation. */
export interface Actor {
  readonly organisationId: string
  readonly credential: Credential
  /** A person, or a service account. */
  readonly principal: { readonly kind: 'user' | 'service-account'; readonly id: string }
  readonly role: OrganisationRole
  /** Of keys only that of this machine has one. */
  readonly instanceRole: InstanceRole | null
}

/** As much of whoever asks for a scan as the scan needs: an actor, or one of our own schedules, which acts for its organisation, whoever made it. */
export interface Requester {
  readonly organisationId: string
  readonly credential: Credential | { readonly kind: 'schedule'; readonly id: string }
}
