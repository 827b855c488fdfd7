import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Severity } from '#db/model/finding.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Context } from './context.ts'
import { usageError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { checkHelp, generalHelp, probeHelp, scanHelp } from './help.ts'

/** Runs what was typed, and loads only what that command needs. @throws CommandError for bad usage, and what the command throws */
export async function runProgram(words: readonly string[], context: Context): Promise<ExitCode> {
  const { out, err } = context.terminal
  let exitCode: ExitCode = exitCodes.nothingFound
  const ends = (command: Promise<ExitCode>) => command.then((code) => void (exitCode = code))
  const program = new Command('portlight')
    .description('Scans hosts that are yours, and says what it found, what is wrong, and what could not be told.')
    .version(packageJson.version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addHelpText('after', generalHelp)
    // Errors are thrown and said in one place, as sentences.
    .exitOverride()
    .configureOutput({ writeOut: (text) => void out(text), writeErr: err, outputError: () => {} })

  addScan(program, async (...given) => ends(import('./scan.ts').then(({ scan }) => scan(...given, context))))
  addProbe(program, async (...given) => ends(import('./probe.ts').then(({ probe }) => probe(...given, context))))
  addCheckTarget(program, async (...given) =>
    ends(import('./check-target.ts').then(({ checkTargets }) => checkTargets(...given, context))),
  )

  addSetUp(program, async (...given) => ends(import('./set-up.ts').then(({ setUp }) => setUp(...given, context))))
  addAudit(program, async (...given) =>
    ends(import('./audit.ts').then(({ verifyAudit }) => verifyAudit(...given, context))),
  )

  instanceOf(program.command('cancel').summary('cancel a scan').argument('<id>', 'id of the scan')).action(
    (id, options) => ends(import('./cancel.ts').then(({ cancel }) => cancel(id, options, context))),
  )
  addTargets(program, ends, context)
  addWatching(program, ends, context)
  instanceOf(program.command('outward').summary('stop every packet to targets, or let them go on'))
    .addArgument(new Argument('[to]', 'off or on; without it, how it stands').choices(['off', 'on'] as const))
    .option('--reason <text>', 'said on every page while it is off', '')
    .action((to, options) => ends(import('./outward.ts').then(({ moveOutward }) => moveOutward(to, options, context))))
  const signingKey = program.command('signing-key').summary('change the key that signs access tokens')
  instanceOf(signingKey.command('rotate').summary('sign with a new key from now on')).action((options) =>
    ends(import('./signing-key.ts').then(({ rotateSigningKey }) => rotateSigningKey(options, context))),
  )

  program
    .command('doctor')
    .summary('say how all stands that a Portlight needs on this machine, and how to mend it')
    .description('Exits 1 where something is wrong, and 3 where something could not be told. Changes nothing.')
    .option('--json', 'print one line of JSON for each check', false)
    .action((options) => ends(import('./doctor.ts').then(({ doctor }) => doctor(options, context))))
  program
    .command('trace')
    .summary('say what became of a request, by its X-Request-Id, or of a scan, from the logs here')
    .argument('<id>', 'of a request or a scan')
    .option('--json', 'print the lines as they stand in the logs', false)
    .action((id, options) => ends(import('./trace.ts').then(({ trace }) => trace(id, options, context))))
  program
    .command('completion')
    .summary('print a script that completes these commands in a shell')
    .description('For bash: portlight completion bash > ~/.local/share/bash-completion/completions/portlight')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish'] as const))
    .action((shell) =>
      ends(
        import('./completion.ts').then(async ({ completionFor }) => {
          await out(completionFor(program, shell))
          return exitCodes.nothingFound
        }),
      ),
    )

  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const isHelp = error.code.startsWith('commander.help') || error.code === 'commander.version'
    // Help that nobody asked for: no command was given.
    if (isHelp) return error.exitCode === 0 ? exitCodes.nothingFound : exitCodes.refused
    throw usageError(asSentence(error.message))
  }
  return exitCode
}

type Scan = typeof import('./scan.ts').scan
type Probe = typeof import('./probe.ts').probe
type CheckTargets = typeof import('./check-target.ts').checkTargets
type Given<Run> = Run extends (...args: [...infer Args, Context]) => unknown ? (...args: Args) => Promise<void> : never

function addScan(program: Command, action: Given<Scan>) {
  program
    .command('scan')
    .summary('scan one host and report')
    .description(
      'Submits a scan of a host name, an IPv4 or an IPv6 address to the Portlight that runs here, or to one started for it, follows it and reports.',
    )
    .argument('<target>', 'host name, IPv4 or IPv6 address')
    .option('-s, --scanner <name>', 'run this scanner only; may be repeated', append, [])
    .option('-p, --ports <list>', 'which ports: 80,443 or 1-1024,8080 or top-1000')
    .option('-o, --options <json>', 'options by scanner: {"tls":{"port":8443}}', jsonObject)
    .option('--attest <sentence>', 'state by what right you scan it, for hosts that nobody has proved')
    .addOption(failOn())
    .addOption(strict())
    .addOption(
      new Option('--gate <what>', 'what --fail-on counts: all that is there, or only what was well at the scan before')
        .choices(['all', 'new'] as const)
        .default('all' as const),
    )
    .option('--max-age <seconds>', 'take over what was told within this time, and ask the rest', wholeNumber)
    .option('--json', 'print the scan as one line of JSON', false)
    .option('--url <url>', 'use the Portlight at this address')
    .option('--key <key>', 'the key that it takes (pl_…)')
    .option('--timeout <seconds>', 'wait no longer than this; the scan goes on', positiveNumber)
    .addHelpText('after', scanHelp)
    .action((target, options) => action(target, options))
}

function addProbe(program: Command, action: Given<Probe>) {
  program
    .command('probe')
    .summary('run one scanner here, without API, queue or database')
    .description('Runs one scanner in this process, without API, queue or database: for labs and benchmarks.')
    .argument('<scanner>', 'name of the scanner')
    .argument('[target]', 'host name, IPv4 or IPv6 address')
    .option('-o, --options <json>', 'options of the scanner: {"ports":[80,443]}', jsonObject)
    .addOption(inputFile())
    .addOption(concurrency())
    .option(
      '--attest',
      'state that you may probe these hosts; without it, hosts that SCAN_ALLOW does not open are only visited',
      false,
    )
    .addOption(failOn())
    .addOption(strict())
    .option('--json', 'print one line of JSON for each target', false)
    .addHelpText('after', probeHelp)
    .action((scanner, target, options) => action(scanner, target, options))
}

function addCheckTarget(program: Command, action: Given<CheckTargets>) {
  program
    .command('check-target')
    .summary('say whether a target may be scanned')
    .description(
      'Says how a target is read, what it resolves to, and whether it may be scanned or which rule refuses it. Connects to nothing.',
    )
    .argument('[target...]', 'host names, IPv4 or IPv6 addresses')
    .addOption(inputFile())
    .addOption(concurrency())
    .option('--json', 'print one line of JSON for each target', false)
    .addHelpText('after', checkHelp)
    .action((targets, options) => action(targets, options))
}

type SetUp = typeof import('./set-up.ts').setUp
type VerifyAudit = typeof import('./audit.ts').verifyAudit

function addSetUp(program: Command, action: Given<SetUp>) {
  instanceOf(program.command('setup').summary('make the first account of the Portlight that runs here'))
    .description(
      'Makes the first account: admin of this Portlight, and owner of its first organisation. Prints an API key for scripts, once. Works once.',
    )
    .requiredOption('--email <address>', 'the address of the account')
    .option('--name <name>', 'your name', '')
    .option(
      '--password-stdin',
      'read the password from standard input; without it one is chosen later, by a mailed code',
      false,
    )
    .option('--json', 'print one line of JSON', false)
    .action((options) => action(options))
}

function addAudit(program: Command, action: Given<VerifyAudit>) {
  const audit = program.command('audit').summary('verify what was written down of who did what')
  instanceOf(audit.command('verify').summary('follow the chain of all entries from its beginning'))
    .description('Exits 0 where every entry is what it was and stands where it stood, and 1 where one is not.')
    .option('--json', 'print one line of JSON', false)
    .action((options) => action(options))
}

function addTargets(program: Command, ends: (command: Promise<ExitCode>) => Promise<void>, context: Context) {
  const load = () => import('./targets.ts')
  const targets = program.command('targets').summary('list targets, and prove that they are yours')
  instanceOf(targets.command('list').summary('list the newest hundred'))
    .option('--json', 'print one line of JSON for each', false)
    .action((options) => ends(load().then(({ listTargets }) => listTargets(options, context))))
  instanceOf(
    targets
      .command('import')
      .summary('make targets of the rows of a file')
      .argument('<file>', 'CSV with a head (target, name, tags, ownerContact, note), or lines of JSON in *.jsonl'),
  )
    .option('--dry-run', 'only say what would become of the rows', false)
    .option('--json', 'print one line of JSON', false)
    .action((file, options) =>
      ends(import('./import-targets.ts').then(({ importTargets }) => importTargets(file, options, context))),
    )
  instanceOf(targets.command('prove').summary('say what to publish to prove a target').argument('<host>'))
    .addOption(proofKind())
    .option('--subdomains', 'let a TXT record cover the names below, in the same zone', false)
    .option('--json', 'print one line of JSON', false)
    .action((host, options) => ends(load().then(({ proveTarget }) => proveTarget(host, options, context))))
  instanceOf(targets.command('check').summary('look whether it was published').argument('<host>'))
    .addOption(proofKind())
    .option('--json', 'print one line of JSON', false)
    .action((host, options) => ends(load().then(({ checkTarget }) => checkTarget(host, options, context))))
}

function addWatching(program: Command, ends: (command: Promise<ExitCode>) => Promise<void>, context: Context) {
  instanceOf(program.command('watch').summary('scan a host again and again, and tell what changes').argument('<host>'))
    .option('--cron <cron>', 'when: five fields, or @daily and the like', '@daily')
    .option('--zone <zone>', 'of the IANA database', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .option('--json', 'print one line of JSON', false)
    .action((host, options) => ends(import('./watch.ts').then(({ watch }) => watch(host, options, context))))
  instanceOf(program.command('findings').summary('list what stands open at watched targets'))
    .option('--state <list>', 'open, fixed, regressed; with commas between them', 'open,regressed')
    .option('--severity <list>', 'only these, with commas between them: high,critical')
    .option('--target <text>', 'part of the host, the rule or the subject')
    .option('--json', 'print one line of JSON for each', false)
    .action((options) => ends(import('./findings.ts').then(({ listFindings }) => listFindings(options, context))))
  instanceOf(program.command('risk').summary('say what to fix first, and why'))
    .option('--json', 'print one line of JSON for each remedy', false)
    .action((options) => ends(import('./findings.ts').then(({ showRisk }) => showRisk(options, context))))
  instanceOf(program.command('diff').summary('say what changed from one scan to another'))
    .description(
      'Exits 1 where something is wrong that was well before; what either scan could not tell is never called new or fixed.',
    )
    .argument('<scan>', 'id of a scan')
    .argument('<other>', 'id of another scan of the same target')
    .option('--json', 'print one line of JSON', false)
    .action((one, other, options) =>
      ends(import('./findings.ts').then(({ showDiff }) => showDiff(one, other, options, context))),
    )
  instanceOf(program.command('report').summary('write a report of a scan, a target, or all targets'))
    .argument('[target]', 'a watched target; all of them without it')
    .option('--scan <id>', 'of this scan in place of a target')
    .addOption(
      new Option('--format <format>', 'how it is written')
        .choices(['html', 'pdf', 'json', 'csv', 'markdown', 'sarif'] as const)
        .default('markdown' as const),
    )
    .option('--output <file>', 'to this file, which must not exist; to standard output without it')
    .action((target, options) =>
      ends(import('./write-report.ts').then(({ writeReport }) => writeReport(target, options, context))),
    )
  program
    .command('verify')
    .summary('say offline whether a signed record of a scan is genuine')
    .description('Exits 0 where it is what it was when it was signed, and 1 where it is not. Asks nobody.')
    .argument('<file>', 'as `GET /v1/scans/…/record` gave it')
    .option('--key <file>', 'the public key that has to have signed it, as PEM')
    .option('--json', 'print one line of JSON', false)
    .action((file, options) =>
      ends(import('./verify.ts').then(({ verifyRecord }) => verifyRecord(file, options, context))),
    )
  addAsCode(program, ends, context)
  const load = () => import('./schedules.ts')
  const schedules = program.command('schedules').summary('list schedules, and say what became of their runs')
  instanceOf(schedules.command('list').summary('list the newest hundred'))
    .option('--json', 'print one line of JSON for each', false)
    .action((options) => ends(load().then(({ listSchedules }) => listSchedules(options, context))))
  instanceOf(
    schedules
      .command('preview')
      .summary('say when a schedule would run')
      .argument('<cron>', "five fields: '30 2 * * 1-5'"),
  )
    .option('--zone <zone>', 'of the IANA database', 'UTC')
    .option('--json', 'print one line of JSON for each', false)
    .action((cron, options) => ends(load().then(({ previewSchedule }) => previewSchedule(cron, options, context))))
  instanceOf(
    schedules.command('runs').summary('say what became of the last twenty runs').argument('<id>', 'id of a schedule'),
  )
    .option('--json', 'print one line of JSON for each', false)
    .action((id, options) => ends(load().then(({ showRuns }) => showRuns(id, options, context))))
}

function addAsCode(program: Command, ends: (command: Promise<ExitCode>) => Promise<void>, context: Context) {
  const load = () => import('./as-code/run.ts')
  const withFile = (command: Command) =>
    instanceOf(command.argument('<file>', 'YAML: version, targets, schedules, alertRoutes'))
      .option('--prune', 'take away what is not in the file, too: targets are archived, the rest is removed', false)
      .option('--json', 'print one line of JSON', false)
  withFile(program.command('plan').summary('say how targets, schedules and alert routes differ from a file'))
    .description(
      'Changes nothing. Exits 1 where something would have to be done, so that a pipeline sees what drifted.',
    )
    .action((file, options) => ends(load().then(({ plan }) => plan(file, options, context))))
  withFile(program.command('apply').summary('make targets, schedules and alert routes as a file says'))
    .description('Says what it does. Done twice, the second time does nothing.')
    .action((file, options) => ends(load().then(({ apply }) => apply(file, options, context))))
}

const proofKind = () =>
  new Option('--by <kind>', 'a TXT record, a file, or the PTR record of an address')
    .choices(['dns-txt', 'http-file', 'ptr'] as const)
    .default('dns-txt' as const)

const instanceOf = (command: Command) =>
  command
    .option('--url <url>', 'use the Portlight at this address')
    .option('--key <key>', 'the key that it takes (pl_…)')

/** Said here once more: help has no time for what comes with the model. */
const severities = ['info', 'low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[]

const failOn = () =>
  new Option('--fail-on <severity>', 'exit 1 when something this severe, or worse, is found')
    .choices(severities)
    .default('high')

const strict = () =>
  new Option('--strict', 'exit 3 when a scanner, or a check that severe, could not tell').default(false)

const inputFile = () =>
  new Option('-i, --input <file>', 'targets from a file, {"target":…,"options"?:…} a line; - reads from stdin')

const concurrency = () =>
  new Option('-c, --concurrency <number>', 'how many run side by side').argParser(sideBySide).default(4)

const append = (value: string, earlier: readonly string[]) => [...earlier, value]

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Said below, in the same words as for JSON of another kind.
  }
  throw new InvalidArgumentError('It has to be a JSON object.')
}

function wholeNumber(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It has to be a whole number of seconds.')
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It has to be a number greater than 0.')
}

function sideBySide(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 256) return Number(text)
  throw new InvalidArgumentError('It has to be a whole number from 1 to 256.')
}

/** `error: unknown command 'scna'\n(Did you mean scan?)` → `Unknown command 'scna' (Did you mean scan?)`. */
function asSentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/\.$/, '')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
