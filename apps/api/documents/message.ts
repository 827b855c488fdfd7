import { z } from '@hono/zod-openapi'
import type { findMessage, MessageRow } from '#db/queries/discussion.ts'

const instant = z.iso.datetime()

export const messageDocument = z
  .object({
    id: z.uuid(),
    number: z.int().openapi({ description: 'Its place in the discussion; later ones are higher.' }),
    author: z.object({
      kind: z.enum(['user', 'service-account']),
      id: z.uuid(),
      name: z.string().nullable().openapi({ description: 'Null for somebody who is gone.' }),
    }),
    text: z
      .string()
      .openapi({ description: 'As it was written: plain text, and never markup. Empty where it was withdrawn.' }),
    mentions: z.array(z.uuid()),
    writtenAt: instant,
    editedAt: instant.nullable(),
    withdrawnAt: instant.nullable(),
  })
  .openapi('Message')

export const wholeMessage = messageDocument
  .extend({
    findingId: z.uuid().nullable(),
    targetId: z.uuid(),
    edits: z
      .array(z.object({ text: z.string(), replacedAt: instant }))
      .openapi({ description: 'What it said before, the oldest first.' }),
  })
  .openapi('WholeMessage')

export const writeMessage = (row: MessageRow) => ({
  id: row.id,
  number: row.number,
  author: { kind: row.authorKind, id: row.authorId, name: row.authorName },
  text: row.text,
  mentions: row.mentions,
  writtenAt: row.writtenAt.toISOString(),
  editedAt: row.editedAt?.toISOString() ?? null,
  withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
})

export const writeWhole = (row: NonNullable<Awaited<ReturnType<typeof findMessage>>>) => ({
  ...writeMessage(row),
  findingId: row.findingId,
  targetId: row.targetId,
  edits: row.edits.map(({ text, replacedAt }) => ({ text, replacedAt: replacedAt.toISOString() })),
})
