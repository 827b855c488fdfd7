import type { Run } from '../told.ts'

interface Hop {
  readonly url: string
  readonly address: string | null
  readonly tls: { readonly version: string; readonly cipherSuite: string } | null
  readonly response: {
    readonly status: number
    readonly reasonPhrase: string
    readonly mediaType: string | null
    readonly fields: readonly { readonly name: string; readonly value: string }[]
    readonly fieldCount: number
  } | null
  readonly failure: { readonly outcome: string; readonly detail: string } | null
}

interface HttpResult {
  readonly walks: Readonly<Record<'http' | 'https', { readonly outcome: string; readonly hops: readonly Hop[] }>>
}

export interface WalkedHop extends Hop {
  readonly walk: 'http' | 'https'
  readonly number: number
}

/** Every answer on both ways, in the order they were asked. */
export const hopsOf = (result: NonNullable<Run['result']>): WalkedHop[] =>
  (['http', 'https'] as const).flatMap((walk) =>
    (result as unknown as HttpResult).walks[walk].hops.map((hop, i) => ({ ...hop, walk, number: i + 1 })),
  )

/** The header fields of an answer, a line each. */
export const headOf = ({ response }: Hop): string =>
  (response?.fields ?? []).map(({ name, value }) => `${name}: ${value}`).join('\n')
