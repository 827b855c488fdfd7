import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

const nextRun = z.object({ at: z.string(), local: z.string(), blackout: z.string().nullable() })
const schedule = z.object({
  id: z.string(),
  name: z.string(),
  cron: z.string().nullable(),
  everySeconds: z.number().nullable(),
  zone: z.string(),
  isPaused: z.boolean(),
  nextRuns: z.array(nextRun),
})

type Options = Wanted & { readonly json: boolean }

/** Lists the newest hundred schedules, each with when it runs next. @throws CommandError */
export async function listSchedules(options: Options, context: Context): Promise<ExitCode> {
  const { schedules } = await askInstance(
    options,
    { method: 'GET', path: '/v1/schedules?limit=100' },
    z.object({ schedules: z.array(schedule) }),
    context,
  )
  for (const one of schedules) await context.terminal.out(`${options.json ? inertJson(one) : inert(inWords(one))}\n`)
  return exitCodes.nothingFound
}

function inWords({ id, name, cron, everySeconds, zone, isPaused, nextRuns }: z.output<typeof schedule>): string {
  const when = cron === null ? `every ${everySeconds} s` : `${cron} ${zone}`
  const next = isPaused ? 'paused' : `next ${nextRuns[0]?.local ?? 'never'}`
  return `${id}  ${name === '' ? '(no name)' : name}  ${when}  ${next}`
}

/** Says when a schedule would run, before there is one. @throws CommandError */
export async function previewSchedule(
  cron: string,
  options: Options & { readonly zone: string },
  context: Context,
): Promise<ExitCode> {
  const { nextRuns } = await askInstance(
    options,
    { method: 'POST', path: '/v1/schedules/preview', body: { cron, zone: options.zone } },
    z.object({ nextRuns: z.array(nextRun) }),
    context,
  )
  for (const one of nextRuns)
    await context.terminal.out(
      `${options.json ? inertJson(one) : inert(`${one.local}${one.blackout === null ? '' : `  kept from beginning by ${one.blackout}`}`)}\n`,
    )
  return exitCodes.nothingFound
}

const run = z.object({
  local: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  scans: z.array(z.object({ target: z.string(), status: z.string(), reason: z.string().nullable() })),
})

/** Says what became of the last twenty runs of a schedule, and why one did not happen. @throws CommandError */
export async function showRuns(id: string, options: Options, context: Context): Promise<ExitCode> {
  const { runs } = await askInstance(
    options,
    { method: 'GET', path: `/v1/schedules/${encodeURIComponent(id)}/runs` },
    z.object({ runs: z.array(run) }),
    context,
  )
  for (const one of runs) {
    const why = one.reason === null ? '' : `: ${[one.reason, one.detail].filter(Boolean).join(', ')}`
    const words = `${one.local}  ${one.status}${why}  ${countsOf(one.scans)}`
    await context.terminal.out(`${options.json ? inertJson(one) : inert(words.trimEnd())}\n`)
  }
  return exitCodes.nothingFound
}

function countsOf(scans: readonly { readonly status: string }[]): string {
  const counts = Map.groupBy(scans, ({ status }) => status)
  return [...counts].map(([status, all]) => `${all.length} ${status}`).join(', ')
}
