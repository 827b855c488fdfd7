import { z } from '@hono/zod-openapi'
import { otherNews } from '#db/model/alert.ts'
import { changeKinds, findingStates, severities } from '#db/model/finding.ts'
import type { StoredRoute } from '#db/queries/alerts.ts'
import type { listAlerts } from '#db/queries/alerts.ts'
import { writeAlert } from '#workers/documents/alert.ts'

const instant = z.iso.datetime()
const severity = z.enum(severities)

export const alertDocument = z
  .object({
    id: z.uuid(),
    at: instant,
    severity,
    target: z.object({ id: z.uuid(), canonical: z.string(), display: z.string() }),
    scanId: z.uuid().nullable().openapi({ description: 'Null where a date came, and no scan.' }),
    changes: z.array(
      z.object({
        findingId: z
          .uuid()
          .nullable()
          .openapi({ description: 'Null for a reminder of what ends soon, and for what does not answer.' }),
        news: z.string().openapi({
          description:
            'In a word: `New`, `Back again`, `Fixed`, `No longer accepted`, `Ends soon`, `Silent`, `Answers again`.',
        }),
        kind: z.enum([...changeKinds, ...otherNews]),
        state: z.enum(findingStates),
        rule: z.string(),
        scanner: z.string(),
        title: z.string(),
        severity,
        remedy: z.string(),
        reference: z.string(),
        subject: z.string(),
        addresses: z.array(z.string()),
        evidence: z.record(z.string(), z.unknown()).nullable(),
        reason: z
          .enum(['address-gone'])
          .nullable()
          .openapi({ description: '`address-gone`: fixed because the name no longer leads to the address.' }),
      }),
    ),
    messages: z
      .array(
        z.object({
          webhookId: z.uuid().nullable(),
          userId: z.uuid().nullable(),
          status: z.string().openapi({ description: '`waiting` for its hour, or as the delivery or the mail stands.' }),
          reason: z.string().nullable(),
          sendAfter: z.string(),
        }),
      )
      .openapi({ description: 'Who was told, or will be.' }),
  })
  .openapi('Alert')

export const alertRouteDocument = z
  .object({
    id: z.uuid(),
    name: z.string(),
    targets: z.object({ ids: z.array(z.uuid()).nullable(), tags: z.array(z.string()).nullable() }),
    leastSeverity: severity,
    webhookIds: z.array(z.uuid()),
    userIds: z.array(z.uuid()),
    toOwners: z.boolean(),
    toTargetOwner: z.boolean(),
    digestCron: z.string().nullable(),
    quietHours: z.object({ from: z.string(), to: z.string() }).nullable(),
    zone: z.string(),
    isDisabled: z.boolean(),
    createdAt: instant,
  })
  .openapi('AlertRoute')

type Listed = Awaited<ReturnType<typeof listAlerts>>[number]

export const writeListedAlert = (row: Listed) => {
  const { changes, ...alert } = writeAlert(row)
  return {
    ...alert,
    changes: changes.map((change) => ({
      ...change,
      addresses: change.addresses.filter((address) => address !== ''),
      evidence: change.evidence as Record<string, unknown> | null,
    })),
    messages: row.messages,
  }
}

export const writeRoute = (route: StoredRoute) => ({
  id: route.id,
  name: route.name,
  targets: { ids: listed(route.targetIds), tags: listed(route.targetTags) },
  leastSeverity: route.leastSeverity,
  webhookIds: [...route.webhookIds],
  userIds: [...route.userIds],
  toOwners: route.toOwners,
  toTargetOwner: route.toTargetOwner,
  digestCron: route.digestCron,
  quietHours: route.quiet,
  zone: route.zone,
  isDisabled: route.isDisabled,
  createdAt: route.createdAt.toISOString(),
})

const listed = (values: readonly string[] | null) => (values === null ? null : [...values])
