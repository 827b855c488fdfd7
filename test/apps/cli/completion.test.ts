import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runProgram } from '#apps/cli/program.ts'
import { bareContext, fakeTerminal } from './support/fake-terminal.ts'

async function scriptFor(shell: string): Promise<string> {
  const terminal = fakeTerminal()
  expect(await runProgram(['completion', shell], bareContext(terminal))).toBe(0)
  return terminal.said.out
}

const bash = await scriptFor('bash')
/** What a bash offers after these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const line = ['portlight', ...words]
  const script = `${bash}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _portlight; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '')
}

test.each<[string, string[], string[]]>([
  ['commands', ['sc'], ['scan', 'schedules']],
  ['commands of a command', ['targets', 'p'], ['prove']],
  ['options of the command that was typed', ['targets', 'import', '--d'], ['--dry-run']],
  ['what an option takes', ['scan', 'example.org', '--fail-on', 'h'], ['high']],
  ['what an argument takes', ['outward', 'o'], ['off', 'on']],
  ['nothing for what is no word of ours', ['scan', 'zzz'], []],
])('bash is offered %s', (_what, words, expected) => {
  expect(offered(...words)).toEqual(expected)
})

test('zsh reads the same by its bash mode, and fish has a line for each word', async () => {
  expect(await scriptFor('zsh')).toBe(`autoload -Uz bashcompinit && bashcompinit\n${bash}`)
  const fish = await scriptFor('fish')
  expect(fish).toContain("complete -c portlight -n '__fish_use_subcommand' -a scan\n")
  expect(fish).toContain(
    "-n '__fish_seen_subcommand_from targets; and __fish_seen_subcommand_from import' -l dry-run\n",
  )
  expect(fish).toContain("-n '__fish_seen_subcommand_from scan' -l fail-on -x -a 'info low medium high critical'\n")
})
