import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

const schedule = z.looseObject({
  id: z.string(),
  cron: z.string().nullable(),
  zone: z.string(),
  targets: z.object({ ids: z.array(z.string()).nullable() }),
  nextRuns: z.array(z.object({ local: z.string() })),
})
type Schedule = z.output<typeof schedule>

export interface WatchOptions extends Wanted {
  readonly cron: string
  readonly zone: string
  readonly json: boolean
}

/** Watches a host: adds it, and a schedule of its own where it has none with these fields. Saying it twice changes nothing. @throws CommandError */
export async function watch(host: string, options: WatchOptions, context: Context): Promise<ExitCode> {
  const { cron, zone } = options
  const target = await askInstance(
    options,
    { method: 'POST', path: '/v1/targets', body: { target: host } },
    z.object({ id: z.string(), display: z.string() }),
    context,
  )
  const list = z.object({ schedules: z.array(schedule), next: z.string().nullable() })
  const isSame = (one: Schedule) =>
    one.cron === cron && one.zone === zone && one.targets.ids?.length === 1 && one.targets.ids[0] === target.id
  let found: Schedule | undefined
  for (let next: string | null = ''; next !== null && found === undefined; ) {
    const path = `/v1/schedules?limit=100${next === '' ? '' : `&cursor=${next}`}`
    const page: z.output<typeof list> = await askInstance(options, { method: 'GET', path }, list, context)
    found = page.schedules.find(isSame)
    next = page.next
  }
  const body = { name: `watch ${target.display}`.slice(0, 100), cron, zone, targets: { ids: [target.id] } }
  const kept = found ?? (await askInstance(options, { method: 'POST', path: '/v1/schedules', body }, schedule, context))
  const next = kept.nextRuns[0]?.local ?? 'never'
  await context.terminal.out(
    options.json
      ? `${inertJson(kept)}\n`
      : `${inert(`${target.display} is watched: ${cron} ${zone}, next at ${next}.`)}\n`,
  )
  return exitCodes.nothingFound
}
