import { z } from 'zod'

/** A name that people give: nothing in it that cannot be seen. */
export const givenName = z
  .string()
  .trim()
  .max(100)
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]*$/u, 'holds a character that cannot be seen')

export const targetTag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[\p{L}\p{N}._:-]+$/u, 'has letters, digits and . _ : - only')

/** What people write beside a target. */
export const targetFacts = z.strictObject({
  name: givenName.optional(),
  tags: z.array(targetTag).max(50).optional(),
  ownerContact: z.string().max(300).optional(),
  note: z.string().max(5000).optional(),
})
export type TargetWords = z.output<typeof targetFacts>
