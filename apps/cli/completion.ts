import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What may follow some commands: names of commands, options, and choices of arguments. */
interface Place {
  /** The commands before, with spaces between them; empty at the beginning. */
  readonly path: string
  readonly words: readonly string[]
  /** Option → what may follow it. */
  readonly choices: ReadonlyMap<string, readonly string[]>
}

/** A script that a shell reads to complete our commands, made of the commands themselves. */
export function completionFor(program: Command, shell: Shell): string {
  const places = placesOf(program, [])
  if (shell === 'fish') return fish(places)
  return shell === 'zsh' ? `autoload -Uz bashcompinit && bashcompinit\n${bash(places)}` : bash(places)
}

function placesOf(command: Command, path: readonly string[]): Place[] {
  const options = command.options.filter(({ hidden }) => !hidden)
  const place = {
    path: path.join(' '),
    words: [
      ...command.commands.map((one) => one.name()),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      ...options.flatMap(({ long }) => long ?? []),
      '--help',
    ],
    choices: new Map(options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices]] : []))),
  }
  return [place, ...command.commands.flatMap((one) => placesOf(one, [...path, one.name()]))]
}

function bash(places: readonly Place[]): string {
  const commands = places.map(({ path }) => path).filter((path) => path !== '')
  const afterOptions = places.flatMap(({ path, choices }) =>
    [...choices].map(([option, values]) => `    '${path} ${option}') words='${values.join(' ')}' ;;`),
  )
  const afterCommands = places.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`)
  return `_portlight() {
  local path='' words='' next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
    ${commands.map((path) => `'${path}'`).join(' | ')}) path="$next" ;;
    esac
  done
  case "$path" in
${afterCommands.join('\n')}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${afterOptions.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _portlight portlight
`
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, choices }) => {
    const names = path === '' ? [] : path.split(' ')
    const isHere =
      names.length === 0
        ? '__fish_use_subcommand'
        : names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ')
    return words.map((word) => {
      const values = choices.get(word)
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      return `complete -c portlight -n '${isHere}' ${what}${values === undefined ? '' : ` -x -a '${values.join(' ')}'`}`
    })
  })
  return `${lines.join('\n')}\n`
}
