import { forCause } from '#db/cause.ts'
import { type ClaimedMail, claimMail, endMail, postponeMail } from '#db/queries/mails.ts'
import { composeMail } from '#workers/queue/compose-mail.ts'
import type { OpenSpan } from '#workers/tracing/tracer.ts'
import type { JobHandler, WorkerContext } from './job.ts'

const firstPauseSeconds = 2
const longestPauseSeconds = 60

/**
 * Composes a mail, code and all, hands it over, and notes what came of it. A worker that dies between the two sends it again:
 * the same text, with the same code and Message-ID.
 */
export const sendMail: JobHandler<'send-mail'> = async ({ mailId }, { db, log, mail, recorder, tracer }) => {
  const claimed = await claimMail(db, mailId)
  if (!claimed) return
  const { requestId, traceparent } = claimed
  await forCause({ id: requestId ?? mailId, requestId, traceparent }, () =>
    tracer.span({ name: 'send-mail', kind: 'consumer' }, (span) => send(claimed, { db, log, mail, recorder }, span)),
  )
}

async function send(
  claimed: ClaimedMail,
  { db, log, mail, recorder }: Pick<WorkerContext, 'db' | 'log' | 'mail' | 'recorder'>,
  span: OpenSpan,
): Promise<void> {
  const { id: mailId, kind, recipient, requestId } = claimed
  const composed = await composeMail(db, claimed, await mail.keys())
  if ('reason' in composed) {
    await endMail(db, mailId, 'dropped', composed.reason)
    return
  }
  const delivery = await mail.transport.send({ ...composed, id: mailId, recipient, requestId })
  recorder.told('mail', delivery.status === 'sent' ? 'taken' : delivery.status)
  span.add({ 'portlight.mail_kind': kind, 'portlight.outcome': delivery.status })
  log.info({ mailId, kind, requestId, ...delivery }, 'mail')
  if (delivery.status === 'sent') await endMail(db, mailId, 'sent', null)
  else if (delivery.status === 'refused') await endMail(db, mailId, 'dropped', delivery.reason)
  else await postponeMail(db, mailId, pauseSeconds(claimed.tries), delivery.reason)
}

/** Twice as long each time, and not for all at the same moment. */
const pauseSeconds = (tries: number) =>
  Math.min(firstPauseSeconds * 2 ** (tries - 1), longestPauseSeconds) * (0.5 + Math.random() / 2)
