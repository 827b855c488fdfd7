import type { Db } from '#db/connect.ts'
import { type AlertRoute, usualRoute } from '#db/model/alert.ts'
import {
  alertsOfBundle,
  type Channel,
  channelsWithin,
  deliverBundle,
  dueChannels,
  emailOf,
  makeBundle,
  memberBy,
  ownersOf,
  routeAlert,
  routesOf,
  setBundleMail,
  takeUnrouted,
} from '#db/queries/alerts.ts'
import { languageOf } from '#db/queries/users.ts'
import { sendAfter, takes } from '#workers/findings/alerting.ts'
import { linesOf, subjectOf } from '#workers/documents/alert.ts'
import type { BeginDeps } from '../begin-scan.ts'
import { type AskForMail, withMail } from '../with-mail.ts'

const channelsAtOnce = 100

/** Says who is to be told of what came true, and sends what is due. Any process does it: an alert is routed once, and a message is one row. */
export async function keepAlerts(deps: Pick<BeginDeps, 'db' | 'bell'>): Promise<void> {
  const { db } = deps
  while (await db.transaction().execute(routeNext));
  for (const channel of await dueChannels(db, channelsAtOnce))
    await withMail(deps, (db, mail) => send(db, channel, mail))
}

async function routeNext(db: Db): Promise<boolean> {
  const alert = await takeUnrouted(db)
  if (!alert) return false
  const routes = (await routesOf(db, alert.organisationId)).filter(({ isDisabled }) => !isDisabled)
  const usable: readonly AlertRoute[] = routes.length === 0 ? [usualRoute] : routes
  const messages = []
  for (const route of usable.filter((route) => takes(route, alert))) {
    const { webhookIds, userIds } = await channelsWithin(db, alert.organisationId, route)
    const owner = route.toTargetOwner ? await ownerOf(db, alert) : undefined
    const isForOwners = route.toOwners || (route.toTargetOwner && owner === undefined)
    const owners = isForOwners ? await ownersOf(db, alert.organisationId) : []
    const at = { routeId: route.id, sendAfter: sendAfter(route, alert.severity, alert.at) }
    messages.push(...webhookIds.map((webhookId) => ({ ...at, webhookId, userId: null })))
    messages.push(
      ...[...new Set([...userIds, ...owners, ...(owner === undefined ? [] : [owner])])].map((userId) => ({
        ...at,
        webhookId: null,
        userId,
      })),
    )
  }
  await routeAlert(db, alert, messages)
  return true
}

/** The member whose address the target's owner contact is; alerts by mail go to nobody else. */
async function ownerOf(
  db: Db,
  { organisationId, ownerContact }: { readonly organisationId: string; readonly ownerContact: string },
): Promise<string | undefined> {
  const [written] = /[^\s<>,;:]+@[^\s<>,;:]+/.exec(ownerContact) ?? []
  return written === undefined ? undefined : memberBy(db, organisationId, written.toLowerCase())
}

async function send(db: Db, channel: Channel, mail: AskForMail): Promise<void> {
  const bundleId = await makeBundle(db, channel)
  if (bundleId === undefined) return
  if (channel.webhookId !== null) return deliverBundle(db, bundleId, channel.webhookId)
  const recipient = await emailOf(db, channel.organisationId, channel.userId!)
  // Whoever has left is told nothing.
  if (recipient === undefined) return
  const alerts = await alertsOfBundle(db, channel.organisationId, bundleId)
  const language = await languageOf(db, { recipient, challengeId: null, facts: {} })
  const facts = { title: subjectOf(alerts, language), lines: linesOf(alerts, language) }
  await setBundleMail(db, bundleId, await mail({ kind: 'alert', recipient, challengeId: null, facts }))
}
