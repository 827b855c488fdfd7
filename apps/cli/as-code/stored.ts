import { z } from 'zod'
import { askInstance } from '../ask-instance.ts'
import type { Context } from '../context.ts'
import type { Wanted } from '../reach-instance.ts'

const scope = z.object({ ids: z.array(z.string()).nullable(), tags: z.array(z.string()).nullable() })
const target = z.looseObject({ id: z.string(), canonical: z.string(), watchedSince: z.string().nullable() })
const schedule = z.looseObject({ id: z.string(), name: z.string(), targets: scope })
const route = z.looseObject({ id: z.string(), name: z.string(), targets: scope })

/** One thing as it stands in an instance: who it is, and its fields as a file names them. */
export interface Stored {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface StoredState {
  /** By host, schedule name and route name; of those that share a name, the first that the API lists. */
  readonly targets: ReadonlyMap<string, Stored>
  readonly schedules: ReadonlyMap<string, Stored>
  readonly alertRoutes: ReadonlyMap<string, Stored>
}

/** How things stand. @throws CommandError */
export async function readStored(wanted: Wanted, parts: readonly string[], context: Context): Promise<StoredState> {
  const [used, archived] = await Promise.all(
    [false, true].map((isArchived) =>
      pages(wanted, `/v1/targets?limit=100&archived=${isArchived}`, 'targets', target, context),
    ),
  )
  const targets = [...used!, ...archived!]
  const hostOf = new Map(targets.map(({ id, canonical }) => [id, canonical]))
  const scoped = ({ ids, tags }: z.output<typeof scope>) => ({
    ...(ids === null ? {} : { hosts: ids.map((id) => hostOf.get(id) ?? id) }),
    ...(tags === null ? {} : { tags }),
  })
  const schedules = parts.includes('schedules')
    ? await pages(wanted, '/v1/schedules?limit=100', 'schedules', schedule, context)
    : []
  const routes = parts.includes('alertRoutes')
    ? (
        await askInstance(
          wanted,
          { method: 'GET', path: '/v1/alert-routes' },
          z.object({ routes: z.array(route) }),
          context,
        )
      ).routes
    : []
  return {
    targets: byName(
      targets,
      ({ canonical }) => canonical,
      (one) => ({ ...one, isWatched: one.watchedSince !== null }),
    ),
    schedules: byName(
      schedules,
      ({ name }) => name,
      (one) => ({ ...one, targets: scoped(one.targets) }),
    ),
    alertRoutes: byName(
      routes,
      ({ name }) => name,
      (one) => ({ ...one, targets: scoped(one.targets) }),
    ),
  }
}

const byName = <Item extends { readonly id: string }>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  fieldsOf: (item: Item) => Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Stored> =>
  new Map(items.toReversed().map((item) => [nameOf(item), { id: item.id, fields: fieldsOf(item) }]))

/** All pages of a list. */
async function pages<Item>(
  wanted: Wanted,
  path: string,
  list: string,
  item: z.ZodType<Item>,
  context: Context,
): Promise<Item[]> {
  const page = z.object({ [list]: z.array(item), next: z.string().nullable() })
  const found: Item[] = []
  for (let next: string | null = ''; next !== null; ) {
    const from = next === '' ? path : `${path}&cursor=${next}`
    const answer = (await askInstance(wanted, { method: 'GET', path: from }, page, context)) as Record<string, unknown>
    found.push(...(answer[list] as Item[]))
    next = answer['next'] as string | null
  }
  return found
}
