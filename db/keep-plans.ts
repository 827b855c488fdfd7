import type pg from 'pg'

/** Texts that vary without end are left without a name. */
const namedAtMost = 500

const names = new Map<string, string>()
let epoch = 0

/**
 * Gives each statement with parameters a name on its connection, so that Postgres parses and plans it once and not at each call (Extended Query,
 * "prepared statements"). A change of the schema can overtake a plan: then all names are given anew.
 */
export function keepPlans(client: pg.ClientBase): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown
  const named = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    const name = typeof text === 'string' && Array.isArray(values) && rest.length === 0 ? nameOf(text) : undefined
    if (name === undefined) return ask(text, values, ...rest)
    const answer = ask({ name, text, values }) as Promise<unknown>
    return answer.catch((error: unknown) => {
      if ((error as { code?: string }).code === '0A000') forgetNames()
      throw error
    })
  }
  client.query = named as typeof client.query
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= namedAtMost) return undefined
  const name = `p${epoch}_${names.size}`
  names.set(text, name)
  return name
}

function forgetNames(): void {
  names.clear()
  epoch++
}
