import { z } from 'zod'
import { inert, inertJson } from '#db/model/inert.ts'
import { askInstance } from './ask-instance.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Wanted } from './reach-instance.ts'

const finding = z.object({
  id: z.string(),
  severity: z.string(),
  title: z.string(),
  target: z.object({ display: z.string() }),
  subject: z.string(),
  addresses: z.array(z.string()),
  state: z.string(),
  retest: z.string(),
  decision: z.string(),
  openedAt: z.string(),
})
const page = z.object({ findings: z.array(finding), next: z.string().nullable() })

export interface FindingsOptions extends Wanted {
  readonly state: string
  readonly severity?: string
  readonly target?: string
  readonly json: boolean
}

/** Lists findings of watched targets, all of them, the most urgent first. @throws CommandError */
export async function listFindings(options: FindingsOptions, context: Context): Promise<ExitCode> {
  const query = new URLSearchParams({ limit: '100', state: options.state })
  if (options.severity !== undefined) query.set('severity', options.severity)
  if (options.target !== undefined) query.set('text', options.target)
  for (let next: string | null = ''; next !== null; ) {
    if (next !== '') query.set('cursor', next)
    const answer: z.output<typeof page> = await askInstance(
      options,
      { method: 'GET', path: `/v1/findings?${query.toString()}` },
      page,
      context,
    )
    for (const one of answer.findings)
      await context.terminal.out(`${options.json ? inertJson(one) : inert(inWords(one))}\n`)
    next = answer.next
  }
  return exitCodes.nothingFound
}

function inWords(one: z.output<typeof finding>): string {
  const at = one.addresses.length === 0 ? '' : ` at ${one.addresses.join(', ')}`
  const remarks = [
    `${one.state} since ${one.openedAt.slice(0, 10)}`,
    one.retest === 'not-retested' && 'not re-tested by the last scan',
    one.decision !== 'none' && one.decision,
  ].filter((remark) => remark !== false)
  return `${one.severity.padEnd(8)}  ${one.title}: ${one.target.display}, ${one.subject}${at} (${remarks.join('; ')})`
}

const risk = z.object({
  remedies: z.array(
    z.looseObject({
      severity: z.string(),
      title: z.string(),
      remedy: z.string(),
      why: z.array(z.object({ sentence: z.string() })),
    }),
  ),
})

/** Says what to fix first, and why. @throws CommandError */
export async function showRisk(options: Wanted & { readonly json: boolean }, context: Context): Promise<ExitCode> {
  const { remedies } = await askInstance(options, { method: 'GET', path: '/v1/risk' }, risk, context)
  const { out } = context.terminal
  for (const [index, one] of remedies.entries()) {
    const lines = [
      `${index + 1}. ${one.severity}: ${one.title}`,
      ...one.why.map(({ sentence }) => `   ${sentence}`),
      `   Fix: ${one.remedy}`,
    ]
    await out(options.json ? `${inertJson(one)}\n` : lines.map((line) => `${inert(line)}\n`).join(''))
  }
  if (remedies.length === 0 && !options.json) await out('Nothing stands open at the targets that are watched.\n')
  return exitCodes.nothingFound
}

const diff = z.object({
  summary: z.array(z.string()),
  findings: z.array(
    z.object({
      kind: z.string(),
      severity: z.string(),
      title: z.string(),
      subject: z.string(),
      addresses: z.array(z.string()),
    }),
  ),
  notCompared: z.array(z.object({ scanner: z.string(), reason: z.string() })),
})

const signs: Readonly<Record<string, string>> = {
  appeared: '+',
  'first-told': '+',
  gone: '-',
  'not-retested': '?',
  still: ' ',
}

/** Says what changed from the earlier of two scans to the later; exits 1 where something new is wrong. @throws CommandError */
export async function showDiff(
  one: string,
  other: string,
  options: Wanted & { readonly json: boolean },
  context: Context,
): Promise<ExitCode> {
  const path = `/v1/scans/${encodeURIComponent(one)}/diff/${encodeURIComponent(other)}`
  const told = await askInstance(options, { method: 'GET', path }, z.looseObject(diff.shape), context)
  const lines = [
    ...told.summary,
    '',
    ...told.findings.map(
      ({ kind, severity, title, subject, addresses }) =>
        `${signs[kind] ?? ' '} ${severity.padEnd(8)}  ${title}: ${subject}${addresses.length === 0 ? '' : ` at ${addresses.join(', ')}`}${kind === 'not-retested' ? ' (not re-tested)' : ''}`,
    ),
    ...told.notCompared.map(({ scanner, reason }) => `? ${scanner} was not compared (${reason})`),
  ]
  await context.terminal.out(options.json ? `${inertJson(told)}\n` : lines.map((line) => `${inert(line)}\n`).join(''))
  return told.findings.some(({ kind }) => kind === 'appeared') ? exitCodes.found : exitCodes.nothingFound
}
