import { checkTarget, networkSettings, ownEndpoints, type TargetVerdict } from '#workers/check-target.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { inOrder } from './in-order.ts'
import { inert, inertJson } from '#db/model/inert.ts'
import { explain } from './reasons.ts'
import { isBad, requestsOf } from './requests.ts'

export interface CheckOptions {
  readonly input?: string
  readonly concurrency: number
  readonly json: boolean
}

/** A line that could not be read has no target. */
type Verdict = Omit<TargetVerdict, 'target'> & { readonly target: string | null; readonly detail?: string }

/**
 * Says of each target whether it may be scanned; connects to nothing but the resolvers.
 * @returns 0 when all may, 2 when some may not, 3 when none is refused but some did not resolve
 * @throws CommandError
 */
export async function checkTargets(
  targets: readonly string[],
  { input, concurrency, json }: CheckOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, signal, settings } = context
  const requests = requestsOf(targets, input, context)
  const config = await settings()
  const network = networkSettings({ ...config.scanning, own: await ownEndpoints(config) })

  const verdicts = inOrder(requests, concurrency, async (request): Promise<Verdict> => {
    return isBad(request) ? unreadable(request.detail) : checkTarget(request.target, { network, signal })
  })
  const answers = new Set<boolean | null>()
  for await (const verdict of verdicts) {
    if (signal.aborted || terminal.isClosed()) break
    answers.add(verdict.allowed)
    await terminal.out(json ? `${inertJson(verdict)}\n` : `${inert(inWords(verdict))}\n`)
  }
  signal.throwIfAborted()
  if (answers.has(false)) return exitCodes.refused
  return answers.has(null) ? exitCodes.notTold : exitCodes.nothingFound
}

const unreadable = (detail: string): Verdict => ({
  target: null,
  canonical: null,
  addresses: [],
  allowed: false,
  rule: 'invalid-line',
  detail,
})

function inWords({ target, canonical, addresses, allowed, rule, detail }: Verdict): string {
  const name = target === null ? 'A line without a target' : target
  const read = canonical === null || canonical === target ? name : `${name} (${canonical})`
  if (allowed === null) return `${read}: could not tell, because the name did not resolve`
  if (!allowed) return `${read}: may not be scanned: ${explain(rule, detail)}`
  return addresses.includes(canonical ?? '')
    ? `${read}: may be scanned`
    : `${read}: may be scanned, at ${addresses.join(', ')}`
}
