import { claimMail, endMail, postponeMail } from '#db/queries/mails.ts'
import { composeMail } from '#workers/queue/compose-mail.ts'
import type { JobHandler } from './job.ts'

const firstPauseSeconds = 2
const longestPauseSeconds = 60

/**
 * Composes a mail, code and all, hands it over, and notes what came of it. A worker that dies between the two sends it again:
 * the same text, with the same code and Message-ID.
 */
export const sendMail: JobHandler<'send-mail'> = async ({ mailId }, { db, log, mail }) => {
  const claimed = await claimMail(db, mailId)
  if (!claimed) return
  const composed = await composeMail(db, claimed, await mail.keys())
  if ('reason' in composed) {
    await endMail(db, mailId, 'dropped', composed.reason)
    return
  }
  const { kind, recipient, requestId } = claimed
  const delivery = await mail.transport.send({ ...composed, id: mailId, recipient, requestId })
  log.info({ mailId, kind, requestId, ...delivery }, 'mail')
  if (delivery.status === 'sent') await endMail(db, mailId, 'sent', null)
  else if (delivery.status === 'refused') await endMail(db, mailId, 'dropped', delivery.reason)
  else await postponeMail(db, mailId, pauseSeconds(claimed.tries), delivery.reason)
}

/** Twice as long each time, and not for all at the same moment. */
const pauseSeconds = (tries: number) =>
  Math.min(firstPauseSeconds * 2 ** (tries - 1), longestPauseSeconds) * (0.5 + Math.random() / 2)
