import type { AddressRange } from '#db/model/address.ts'

/** What the operator's settings say of this instance, for whoever answers its people. */
export interface Site {
  /** An origin: the base of every link, never taken from a request. */
  readonly publicUrl: string
  readonly trustedProxies: readonly AddressRange[]
  /** Whose pages may call the API with a key. */
  readonly corsOrigins: readonly string[]
  readonly signUp: 'open' | 'closed'
  /** `page`: nothing is sent, and mail is shown on a page of this machine. */
  readonly mail: 'smtp' | 'page' | 'none'
  /** Changes a credential may ask for in a minute. */
  readonly writesPerMinute: number
  readonly attestation: boolean
  /** A URI for whoever was scanned; null where the operator gives none. */
  readonly abuseContact: string | null
  /** What the button for the sign-in provider says; null where none is set. */
  readonly providerName: string | null
}
