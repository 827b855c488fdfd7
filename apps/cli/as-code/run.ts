import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import type { ApiRequest } from '#apps/client/http.ts'
import { askInstance } from '../ask-instance.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Wanted } from '../reach-instance.ts'
import { type Part, parts, type Step, stepsTo } from './compare.ts'
import { readAsked } from './file.ts'
import { readStored, type StoredState } from './stored.ts'

export interface AsCodeOptions extends Wanted {
  /** Takes away what a part of the file does not name, too. */
  readonly prune: boolean
  readonly json: boolean
}

/** Says how an instance differs from a file, and changes nothing; ends with 1 where it does. @throws CommandError */
export async function plan(file: string, options: AsCodeOptions, context: Context): Promise<ExitCode> {
  const { steps } = await stepsFor(file, options, context)
  await tell(steps, options, context)
  return toDo(steps, options).length > 0 ? exitCodes.found : exitCodes.nothingFound
}

/** Makes an instance as a file says. Done twice, the second time does nothing. @throws CommandError; what was done by then stays */
export async function apply(file: string, options: AsCodeOptions, context: Context): Promise<ExitCode> {
  const { steps, stored } = await stepsFor(file, options, context)
  await tell(steps, options, context)
  // A schedule and a route name hosts, whose targets may be made in an earlier step.
  const idOf = new Map([...stored.targets].map(([host, { id }]) => [host, id] as const))
  for (const step of toDo(steps, options)) {
    const made = await askInstance(
      options,
      requestOf(step, idOf),
      z.object({ id: z.string().optional() }).nullable(),
      context,
    )
    if (step.part === 'targets' && made?.id !== undefined) idOf.set(step.name, made.id)
  }
  return exitCodes.nothingFound
}

async function stepsFor(
  file: string,
  options: AsCodeOptions,
  context: Context,
): Promise<{ readonly steps: readonly Step[]; readonly stored: StoredState }> {
  const asked = await readAsked(file)
  const named = parts.filter((part) => asked[part] !== undefined)
  const stored = await readStored(options, named, context)
  const hosts = new Set([...stored.targets.keys(), ...(asked.targets ?? []).map(({ target }) => target)])
  for (const { name, targets } of [...(asked.schedules ?? []), ...(asked.alertRoutes ?? [])])
    for (const host of targets?.hosts ?? [])
      if (!hosts.has(host)) throw usageError(`${name} names ${host}, which is no target, nor made one by ${file}`)
  return { steps: stepsTo(asked, stored), stored }
}

const toDo = (steps: readonly Step[], { prune }: AsCodeOptions) =>
  steps.filter(({ kind }) => prune || kind !== 'remove')

const nouns: Readonly<Record<Part, string>> = { targets: 'target', schedules: 'schedule', alertRoutes: 'alert route' }
const signs = { make: '+', change: '~', remove: '-' } as const

async function tell(steps: readonly Step[], { prune, json }: AsCodeOptions, { terminal }: Context): Promise<void> {
  if (json) return terminal.out(`${inertJson({ steps, isPruning: prune })}\n`)
  if (steps.length === 0) return terminal.out('Nothing to do: all is as the file says.\n')
  const lines = steps.flatMap(({ part, kind, name, fields }) => [
    `${kind === 'remove' && !prune ? '?' : signs[kind]} ${nouns[part]} ${name}${kind === 'remove' ? ` (not in the file${prune ? '' : '; --prune takes it away'})` : ''}`,
    ...fields.map(({ field, from, to }) =>
      kind === 'make' ? `    ${field}: ${textOf(to)}` : `    ${field}: ${textOf(from)} -> ${textOf(to)}`,
    ),
  ])
  return terminal.out(lines.map((line) => `${inert(line)}\n`).join(''))
}

const textOf = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value))

const paths: Readonly<Record<Part, string>> = {
  targets: '/v1/targets',
  schedules: '/v1/schedules',
  alertRoutes: '/v1/alert-routes',
}

function requestOf({ part, kind, name, id, fields }: Step, idOf: ReadonlyMap<string, string>): ApiRequest {
  const path = paths[part]
  const given = Object.fromEntries(fields.map(({ field, to }) => [field, field === 'targets' ? scopeOf(to, idOf) : to]))
  if (kind === 'make')
    return { method: 'POST', path, body: { [part === 'targets' ? 'target' : 'name']: name, ...given } }
  if (kind === 'change') return { method: 'PATCH', path: `${path}/${id}`, body: given }
  // What was seen of a target stays: to erase it is a word of its own.
  return part === 'targets'
    ? { method: 'PATCH', path: `${path}/${id}`, body: { isArchived: true } }
    : { method: 'DELETE', path: `${path}/${id}` }
}

function scopeOf(scope: unknown, idOf: ReadonlyMap<string, string>) {
  const { hosts, tags } = scope as { readonly hosts?: readonly string[]; readonly tags?: readonly string[] }
  return {
    ...(hosts === undefined ? {} : { ids: hosts.map((host) => idOf.get(host)!) }),
    ...(tags === undefined ? {} : { tags }),
  }
}
