import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { logFolderOf } from '#apps/up/places.ts'
import { inert, inertJson } from '#db/model/inert.ts'
import type { Context } from './context.ts'
import { notTold, usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** Enough to know a statement by. */
const entryAtMost = 500

type Line = Readonly<Record<string, unknown>> & { readonly time: string; readonly name: string; readonly msg: string }

/**
 * Prints what the logs of this machine say of a request, by its id, or of a scan: the request itself, the scan that it made, every attempt at it, the mail that it caused, and what Postgres noted of its
 * statements, in the order of time. @throws CommandError where they say nothing of it
 */
export async function trace(id: string, { json }: { readonly json: boolean }, context: Context): Promise<ExitCode> {
  if (!/^[\w.:-]{1,64}$/.test(id)) throw usageError('An id has letters, digits and . _ : - only')
  const folder = logFolderOf((await context.settings()).dataDir)
  if (!existsSync(folder)) throw notTold(`There are no logs in ${folder}`)
  const ids = new Set([id])
  const isOfIt = (line: Line) => [line['requestId'], line['scanId']].some((one) => ids.has(one as string))
  // A worker's first line about a scan names its request: whoever asks by either finds both.
  for await (const line of linesIn(folder))
    if (isOfIt(line)) for (const one of [line['requestId'], line['scanId']]) if (typeof one === 'string') ids.add(one)
  const found: Line[] = []
  for await (const line of linesIn(folder)) if (isOfIt(line)) found.push(line)
  if (found.length === 0)
    throw notTold(`The logs in ${folder} say nothing of ${id}: they keep the last 60 MB of each process`)
  found.sort((one, other) => (one.time < other.time ? -1 : 1))
  for (const line of found) await context.terminal.out(`${json ? inertJson(line) : inert(inWords(line))}\n`)
  return exitCodes.nothingFound
}

const inHead: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'requestId'])

function inWords(line: Line): string {
  const facts = Object.entries(line)
    .filter(([name, value]) => !inHead.has(name) && value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return `${line.time}  ${line.name.padEnd(8)}  ${line.msg}${facts.length === 0 ? '' : `  (${facts.join(', ')})`}`
}

/** Every line of every log, old parts too; one that is no JSON is Postgres', or a program's that is not ours. */
async function* linesIn(folder: string): AsyncGenerator<Line> {
  for (const file of readdirSync(folder).filter((name) => /\.log(\.\d)?$/.test(name)))
    for await (const text of entriesIn(join(folder, file))) {
      const line = text.startsWith('{') ? parsed(text) : ofPostgres(text)
      if (line !== null) yield line
    }
}

/** Postgres lets the further lines of a statement begin with a tab: they belong to the first. */
async function* entriesIn(file: string): AsyncGenerator<string> {
  let entry = ''
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (text.startsWith('\t')) entry = `${entry} ${text.trim()}`.slice(0, entryAtMost)
    else {
      yield entry
      entry = text
    }
  }
  yield entry
}

function parsed(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Line
    return typeof line.time === 'string' && typeof line.msg === 'string' ? line : null
  } catch {
    return null
  }
}

/** `2026-05-01 12:00:00.020 UTC [4711] portlight-api req-1 LOG:  duration: …`: what db/embedded.ts has Postgres begin its lines with. */
const noted =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC \[\d+\] (?:portlight-\w+ )?(\S+)(?: \+\d+)? ([A-Z]+):\s+(.*)$/

/** A line of Postgres that names what it worked for. */
function ofPostgres(text: string): Line | null {
  const [, day, time, requestId, kind, words] = noted.exec(text) ?? []
  return day === undefined
    ? null
    : { time: `${day}T${time}Z`, name: 'postgres', msg: `${kind}: ${words?.replaceAll(/\s+/g, ' ')}`, requestId }
}
