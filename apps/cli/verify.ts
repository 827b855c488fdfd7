import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import { readRecord, signedRecord } from '#db/model/record.ts'
import type { Context } from './context.ts'
import { usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

const recorded = z.object({
  signedAt: z.string(),
  scan: z.object({
    id: z.string(),
    status: z.string(),
    target: z.object({ display: z.string() }),
    finishedAt: z.string().nullable(),
    findings: z.array(z.object({ verdict: z.string() })),
  }),
})

/** Says offline whether a signed record is what it was when it was signed, and by which key. @throws CommandError for what cannot be read */
export async function verifyRecord(
  file: string,
  { key, json }: { readonly key?: string; readonly json: boolean },
  { terminal }: Context,
): Promise<ExitCode> {
  const record = signedRecord.safeParse(parsed(await read(file)))
  if (!record.success) throw usageError(`${inert(file)} is no signed record`)
  const found = readRecord(record.data, key === undefined ? undefined : await read(key))
  const document = found === null ? undefined : recorded.safeParse(found.document)
  if (found === null || !document?.success) {
    await terminal.out(
      json ? `${inertJson({ isGenuine: false })}\n` : 'Not genuine: it was changed, or another key signed it.\n',
    )
    return exitCodes.found
  }
  const { signedAt, scan } = document.data
  const present = scan.findings.filter(({ verdict }) => verdict === 'present').length
  const words = [
    key === undefined ? 'Unchanged since it was signed.' : 'Genuine: that key signed it, and nothing was changed.',
    `Scan ${scan.id} of ${scan.target.display}, ${scan.status}, ended ${scan.finishedAt ?? 'never'}: ${present} findings.`,
    `Signed ${signedAt} by the key with the SHA-256 ${found.keyFingerprint}.`,
    ...(key === undefined
      ? ['Whose key that is this does not say: compare it with the one that the instance shows, or give --key.']
      : []),
  ]
  await terminal.out(
    json
      ? `${inertJson({ isGenuine: true, isKeyGiven: key !== undefined, keyFingerprint: found.keyFingerprint, scanId: scan.id, signedAt })}\n`
      : words.map((line) => `${inert(line)}\n`).join(''),
  )
  return exitCodes.nothingFound
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw usageError(`${inert(file)} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
