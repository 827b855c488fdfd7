import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ApiRequest } from '#apps/client/http.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { notTold } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { inert, inertJson } from '#db/model/inert.ts'
import type { Wanted } from './reach-instance.ts'

const target = z.object({ id: z.string(), canonical: z.string(), display: z.string(), tags: z.array(z.string()) })
const proof = z.object({
  id: z.string(),
  kind: z.string(),
  publish: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  checkedAt: z.string().nullable(),
  links: z.object({ self: z.string(), check: z.string() }),
})

type Options = Wanted & { readonly json: boolean }

/** Lists the newest hundred targets. @throws CommandError */
export async function listTargets(options: Options, context: Context): Promise<ExitCode> {
  const request: ApiRequest = { method: 'GET', path: '/v1/targets?limit=100' }
  const { targets } = await askInstance(options, request, z.object({ targets: z.array(target) }), context)
  for (const one of targets)
    await context.terminal.out(
      options.json
        ? `${inertJson(one)}\n`
        : `${inert([one.display, ...one.tags.map((tag) => `#${tag}`)].join('  '))}\n`,
    )
  return exitCodes.nothingFound
}

/** Adds the target where it is none yet, and says what to publish. @throws CommandError */
export async function proveTarget(
  host: string,
  options: Options & { readonly by: 'dns-txt' | 'http-file' | 'ptr'; readonly subdomains: boolean },
  context: Context,
): Promise<ExitCode> {
  const added = await askInstance(
    options,
    { method: 'POST', path: '/v1/targets', body: { target: host } },
    target,
    context,
  )
  const body = { kind: options.by, coversSubdomains: options.subdomains }
  const begun = await askInstance(
    options,
    { method: 'POST', path: `/v1/targets/${added.id}/proofs`, body },
    proof,
    context,
  )
  await context.terminal.out(
    options.json
      ? `${inertJson(begun)}\n`
      : `${inert(begun.publish)}\n\nThen: portlight targets check ${inert(added.display)} --by ${begun.kind}\n`,
  )
  return exitCodes.nothingFound
}

/** Lets a worker look whether it was published, and waits for what it saw. @throws CommandError */
export async function checkTarget(
  host: string,
  options: Options & { readonly by: string },
  context: Context,
): Promise<ExitCode> {
  const added = await askInstance(
    options,
    { method: 'POST', path: '/v1/targets', body: { target: host } },
    target,
    context,
  )
  const list = z.object({ proofs: z.array(proof) })
  const { proofs } = await askInstance(
    options,
    { method: 'GET', path: `/v1/targets/${added.id}/proofs` },
    list,
    context,
  )
  const begun = proofs.find(({ kind }) => kind === options.by)
  if (!begun)
    throw notTold(`No ${options.by} proof of ${host} was begun: portlight targets prove ${host} --by ${options.by}`)
  const asked = await askInstance(options, { method: 'POST', path: begun.links.check }, proof, context)
  let seen = asked
  for (let tries = 0; seen.checkedAt === begun.checkedAt && tries < 60; tries++) {
    await sleep(1000, undefined, { signal: context.signal })
    seen = await askInstance(options, { method: 'GET', path: begun.links.self }, proof, context)
  }
  if (seen.checkedAt === begun.checkedAt) throw notTold('No worker has looked in a minute')
  await context.terminal.out(
    options.json
      ? `${inertJson(seen)}\n`
      : `${inert(`${host}, ${seen.kind}: ${seen.status}${seen.reason === null ? '' : ` (${seen.reason})`}`)}\n`,
  )
  return seen.status === 'holds'
    ? exitCodes.nothingFound
    : seen.status === 'fails'
      ? exitCodes.found
      : exitCodes.notTold
}
