import { claimWebhook, nextDelivery, releaseWebhook } from '#db/queries/deliveries.ts'
import { tell } from '#workers/channels/webhook/tell.ts'
import type { JobHandler } from './job.ts'

/** So that one which is told much keeps no other waiting. */
const roundMillis = 20_000

/** Tells a webhook what waits for it, one thing after the other in the order it came true, until something fails. */
export const tellWebhook: JobHandler<'tell-webhook'> = async ({ webhookId }, context) => {
  const { db, channels, log, recorder, isOutwardOff, isStopping } = context
  if (isOutwardOff() || isStopping()) return
  const webhook = await claimWebhook(db, webhookId)
  if (webhook === null) return
  const until = performance.now() + roundMillis
  const isCut = () => context.signal.aborted || isOutwardOff()
  try {
    while (performance.now() < until && !isOutwardOff() && !isStopping()) {
      const delivery = await nextDelivery(db, webhookId)
      if (!delivery) return
      const isTaken = await tell({ db, ...channels, signal: context.signal, isCut }, webhook, delivery)
      // One that is not taken is tried again for a day.
      recorder.told('webhook', isTaken ? 'taken' : 'later')
      log.info({ webhookId, deliveryId: delivery.id, eventId: delivery.eventId, isTaken }, 'webhook')
      if (!isTaken) return
    }
  } finally {
    await releaseWebhook(db, webhookId)
  }
}
