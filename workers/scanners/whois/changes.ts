import type { FactChange } from '../scanner.ts'
import type { WhoisResult } from './schema.ts'

/** What the registry tells otherwise, of what it told both times. */
export function changes(before: WhoisResult, after: WhoisResult): FactChange[] {
  const subject = after.domain
  if (before.domain !== subject) return []
  const both = <Value>(was: Value | null, is: Value | null, tell: (was: Value, is: Value) => FactChange[]) =>
    was === null || is === null ? [] : tell(was, is)
  const list = (values: readonly string[]) => [...values].sort().join(' ')
  const listed = (kind: string, was: readonly string[] | null, is: readonly string[] | null, sentence: string) =>
    both(was, is, (was, is) =>
      list(was) === list(is) ? [] : [{ kind, subject, before: list(was), after: list(is), sentence }],
    )
  return [
    ...both(before.expiresAt, after.expiresAt, (was, is) => {
      if (was === is) return []
      return is > was
        ? [
            {
              kind: 'registration-renewed',
              subject,
              before: was,
              after: is,
              sentence: `${subject} was renewed: it expires ${is.slice(0, 10)} in place of ${was.slice(0, 10)}.`,
            },
          ]
        : [
            {
              kind: 'registration-shortened',
              subject,
              before: was,
              after: is,
              sentence: `${subject} expires earlier than before: ${is.slice(0, 10)}.`,
            },
          ]
    }),
    ...both(before.registrar, after.registrar, (was, is) =>
      (was.ianaId ?? was.name) === (is.ianaId ?? is.name)
        ? []
        : [
            {
              kind: 'registrar-changed',
              subject,
              before: was.name,
              after: is.name,
              sentence: `${subject} moved to another registrar.`,
            },
          ],
    ),
    ...listed(
      'delegation-changed',
      before.nameServers,
      after.nameServers,
      `${subject} is delegated to other name servers.`,
    ),
    ...listed('statuses-changed', before.statuses, after.statuses, `The registry's statuses of ${subject} changed.`),
  ]
}
