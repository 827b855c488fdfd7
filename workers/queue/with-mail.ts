import type { Db } from '#db/connect.ts'
import type { MailKindName } from '#db/model/mail.ts'
import { insertMail, type NewMail } from '#db/queries/mails.ts'
import type { Bell } from './enqueue.ts'

/** Asks for a mail, and gives its id; it goes out if the transaction commits. */
export type AskForMail = <Kind extends MailKindName>(mail: NewMail<Kind>) => Promise<string>

/** A transaction in which mails may be asked for: their rings are its last statements, or follow its commit where the queue is elsewhere. */
export async function withMail<Answer>(
  { db, bell }: { readonly db: Db; readonly bell: Bell },
  work: (db: Db, mail: AskForMail) => Promise<Answer>,
): Promise<Answer> {
  const asked: string[] = []
  const answer = await db.transaction().execute(async (db) => {
    const answer = await work(db, async (mail) => {
      const id = await insertMail(db, mail)
      asked.push(id)
      return id
    })
    for (const mailId of asked) await bell.enqueue(db, 'send-mail', mailId, { mailId })
    return answer
  })
  // Best effort: what is lost here the reconciler rings for.
  if (!bell.transactional) await Promise.allSettled(asked.map((mailId) => bell.ring('send-mail', mailId, { mailId })))
  return answer
}
