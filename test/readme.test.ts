import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problems } from '#apps/api/problems.ts'
import { environment } from '#config/schema.ts'
import { type PermissionName, permissionNames, permissions } from '#db/model/permission.ts'
import packageJson from '../package.json' with { type: 'json' }

/** Without the padding that the formatter gives to tables. */
const readme = readFileSync('README.md', 'utf8')
  .replaceAll(/ {2,}/g, ' ')
  .replaceAll(/\| -+ (?=\|)/g, '| - ')

/** A setting's default as the table shows it. */
function defaultOf(name: string): string {
  const value = (environment.parse({}) as Record<string, unknown>)[name]
  return value === undefined || (Array.isArray(value) && value.length === 0) ? '–' : `\`${value as string | number}\``
}

test('the table of settings is the schema', () => {
  const rows = Object.entries(environment.shape).map(
    ([name, schema]) => `| \`${name}\` | ${defaultOf(name)} | ${schema.description} |`,
  )
  expect(readme).toContain(`| Name | Default | What it is |\n| - | - | - |\n${rows.join('\n')}\n\n`)
})

test('the table of problems is the code’s', () => {
  const rows = Object.entries(problems).map(([code, { status, meaning }]) => `| ${status} | \`${code}\` | ${meaning} |`)
  expect(readme).toContain(`| Status | Code | Meaning |\n| - | - | - |\n${rows.join('\n')}\n\n`)
})

const leastRoleOf = (name: PermissionName) => {
  const { role, ...rest } = permissions[name]
  return [role, 'instance' in rest ? `instance-${rest.instance}` : null].filter(Boolean).join(' and ') || 'everybody'
}

test('the table of permissions is the code’s', () => {
  const rows = permissionNames.map(
    (name) => `| \`${name}\` | ${leastRoleOf(name)} | ${permissions[name].by} | ${permissions[name].means} |`,
  )
  expect(readme).toContain(`| Permission | Least role | Shown by | To |\n| - | - | - | - |\n${rows.join('\n')}\n\n`)
})

test('every command and file that the README names exists', () => {
  const scripts: Record<string, string> = packageJson.scripts
  for (const [, name] of readme.matchAll(/npm (?:run )?(start|test|scan|check|bench|migrate|api|worker)\b/g))
    expect(Object.keys(scripts)).toContain(name)
  for (const [, path] of readme
    .matchAll(/\]\(([\w./-]+)\)|`((?:workers|test|db|apps|config)\/[\w./-]+)`/g)
    .map(([all, link, code]) => [all, link ?? code]))
    expect(`${path} ${existsSync(path!)}`).toBe(`${path} true`)
})

test('each scanner’s README lists exactly its rules, with their severity', async () => {
  const { scanners } = await import('#workers/scanners/index.ts')
  for (const [name, scanner] of Object.entries(scanners)) {
    const text = readFileSync(`workers/scanners/${name}/README.md`, 'utf8')
    const rows = [...text.matchAll(new RegExp(`^\\|\\s*\`(${name}/[a-z0-9-]+)\`\\s*\\|\\s*(\\w+)\\s*\\|`, 'gm'))].map(
      ([, id, severity]) => `${id} ${severity}`,
    )
    expect(rows.sort()).toEqual(scanner.rules.map(({ id, severity }) => `${id} ${severity}`).sort())
    for (const heading of ['Asks', 'Steps', 'Answers', 'What it does not tell', 'References'])
      expect(`${name}: ${text}`).toMatch(new RegExp(`^## ${heading}`, 'm'))
  }
})

test('every test file mirrors a file or folder that exists', () => {
  const own = /^test\/(support|lab|journeys|chaos|bench|simulate)\//
  const orphans = globSync('test/**/*.test.ts').filter((file) => {
    if (own.test(file) || file.split('/').length === 2) return false
    const subject = file.replace(/^test\//, '').replace(/\.test\.ts$/, '')
    return (
      !existsSync(`${subject}.ts`) && !existsSync(subject) && !existsSync(subject.slice(0, subject.lastIndexOf('/')))
    )
  })
  expect(orphans).toEqual([])
})
