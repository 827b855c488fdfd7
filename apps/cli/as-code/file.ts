import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { DomainError } from '#db/model/errors.ts'
import { severity } from '#db/model/finding.ts'
import { readTarget } from '#db/model/target.ts'
import { targetFacts } from '#db/model/target-facts.ts'
import { scanPlan } from '#workers/scanners/catalog.ts'
import { usageError } from '../errors.ts'

const host = z.string().transform((text, context) => {
  const read = readTarget(text)
  if (!(read instanceof DomainError)) return read.canonical
  context.addIssue({ code: 'custom', message: read.message })
  return z.NEVER
})
const name = z.string().min(1).max(100)
const scope = z.strictObject({ hosts: z.array(host).min(1).optional(), tags: z.array(z.string()).min(1).optional() })

const target = targetFacts.extend({
  target: host,
  leastSeverity: severity.nullable().optional(),
  isWatched: z.boolean().optional(),
})
const schedule = z.strictObject({
  name,
  cron: z.string().optional(),
  everySeconds: z.int().optional(),
  zone: z.string().optional(),
  targets: scope.optional(),
  scanners: scanPlan.optional(),
  overlap: z.string().optional(),
  catchUp: z.string().optional(),
  spreadSeconds: z.int().optional(),
})
const route = z.strictObject({
  name,
  targets: scope.optional(),
  leastSeverity: severity.optional(),
  webhookIds: z.array(z.uuid()).optional(),
  userIds: z.array(z.uuid()).optional(),
  toOwners: z.boolean().optional(),
  toTargetOwner: z.boolean().optional(),
  digestCron: z.string().nullable().optional(),
  quietHours: z.strictObject({ from: z.string(), to: z.string() }).nullable().optional(),
  zone: z.string().optional(),
})

/** What a file asks for. A part that it leaves out is none of its business; a field that it leaves out stays as it is. */
const file = z.strictObject({
  version: z.literal(1),
  targets: z.array(target).optional(),
  schedules: z.array(schedule).optional(),
  alertRoutes: z.array(route).optional(),
})
export type Asked = z.output<typeof file>

/** Reads a file of version 1. @throws CommandError that says the first line or field that is wrong */
export async function readAsked(path: string): Promise<Asked> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${path} cannot be read (${error.code ?? 'unknown error'})`)
  })
  // No anchors: a few lines of aliases can stand for gigabytes.
  const document = parseDocument(text, { uniqueKeys: true })
  const [broken] = document.errors
  if (broken) throw usageError(`${path}: ${broken.message.split('\n')[0]!.replace(/:$/, '')}`)
  const read = file.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (!read.success) {
    const [{ path: place, message }] = read.error.issues as [z.core.$ZodIssue]
    throw usageError(`${path}: ${place.length === 0 ? message : `${place.join('.')}: ${message}`}`)
  }
  const twice = [
    repeated(read.data.targets?.map(({ target }) => target)),
    repeated(read.data.schedules?.map(({ name }) => name)),
    repeated(read.data.alertRoutes?.map(({ name }) => name)),
  ].find((name) => name !== undefined)
  if (twice !== undefined) throw usageError(`${path}: ${twice} stands there twice`)
  return read.data
}

const repeated = (names: readonly string[] = []) => names.find((name, index) => names.indexOf(name) !== index)
