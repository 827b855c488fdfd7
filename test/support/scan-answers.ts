/** As much of the API's documents as tests look at. */
export interface ScanAnswer {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly target: object
  readonly links: { readonly self: string }
  readonly runs: readonly {
    readonly scanner: string
    readonly status: string
    readonly reason: string | null
    readonly options: object
  }[]
  readonly findings: readonly { readonly rule: string; readonly verdict: string }[]
}
