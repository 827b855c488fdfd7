import { z } from 'zod'
import { ask, type Instance } from '#apps/client/http.ts'
import { type Severity, severities } from '#db/model/finding.ts'

const list = z.object({ scans: z.array(z.object({ id: z.string(), status: z.string() })) })
const diff = z.object({
  findings: z.array(
    z.object({
      kind: z.string(),
      severity: z.enum(severities),
      title: z.string(),
      subject: z.string(),
      addresses: z.array(z.string()),
    }),
  ),
})

export interface NewSince {
  /** The scan before; null where there is none to compare with. */
  readonly since: string | null
  /** What is wrong and was well then, in words. */
  readonly news: readonly string[]
}

/** What is wrong now, at or above a severity, and was well at the last completed scan of the same host: what could not be told in either is not among it. */
export async function newSince(
  instance: Instance,
  scan: { readonly id: string; readonly target: { readonly canonical: string } },
  failOn: Severity,
  signal: AbortSignal,
): Promise<NewSince> {
  const path = `/v1/scans?limit=50&target=${encodeURIComponent(scan.target.canonical)}`
  const { scans } = list.parse((await ask(instance, { method: 'GET', path }, signal)).raw)
  // Newest first: those that stand behind this one are older.
  const before = scans
    .slice(scans.findIndex(({ id }) => id === scan.id) + 1)
    .find(({ status }) => status === 'completed')
  if (before === undefined) return { since: null, news: [] }
  const told = await ask(instance, { method: 'GET', path: `/v1/scans/${before.id}/diff/${scan.id}` }, signal)
  const news = diff
    .parse(told.raw)
    .findings.filter(
      ({ kind, severity }) => kind === 'appeared' && severities.indexOf(severity) >= severities.indexOf(failOn),
    )
    .map(
      ({ severity, title, subject, addresses }) =>
        `${severity}: ${title} (${subject}${addresses.length === 0 ? '' : ` at ${addresses.join(', ')}`})`,
    )
  return { since: before.id, news }
}
