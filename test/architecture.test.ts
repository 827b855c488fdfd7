import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/** Who may import whom. A file may import its own area and what no rule forbids; `node:` and npm names count too. */
const rules: { area: string; never: RegExp; because: string }[] = [
  { area: 'config/', never: /^(db|workers|apps)\//, because: 'settings know nothing of the product' },
  { area: 'db/', never: /^(config|workers|apps)\//, because: 'memory does not depend on its users' },
  {
    area: 'db/model/',
    never: /^(db\/(?!model\/)|kysely|pg$|node:(?!net$|crypto$|zlib$|url$))/,
    because: 'the nouns know no SQL and do nothing',
  },
  {
    area: 'db/migrations/',
    never: /^(db\/(?!migrations\/)|workers\/)/,
    because: 'a step that has landed depends on nothing that may change',
  },
  { area: 'workers/', never: /^apps\//, because: 'work does not know who asked for it' },
  {
    area: 'apps/',
    never: /^workers\/(?!queue\/|documents\/|metrics\/|tracing\/|scanners\/catalog\.ts)/,
    because: 'apps only ask; workers do',
  },
  {
    area: 'apps/web/',
    never: /^(?!apps\/(web|client)\/|db\/model\/words\/|(preact|preact-iso|@simplewebauthn\/browser)(\/|$))/,
    because: 'the dashboard asks the API as everybody does, and is loaded by browsers',
  },
  {
    area: 'apps/client/',
    never: /^(?!apps\/client\/)/,
    because: 'the client is published alone, and runs in browsers too',
  },
  {
    area: 'workers/scanners/',
    never:
      /^(db\/(?!model\/)|workers\/(jobs|queue)\/|node:(net|tls|dns|dgram|http|https|http2|fs|child_process)(\/|$)|undici|ioredis|pg$)/,
    because: 'scanners reach the world through the door, and save nothing',
  },
  {
    area: '{apps,config,db,workers/{queue,jobs,findings}}/',
    never: /^node:(tls|dns|dgram)(\/|$)/,
    because: 'only the network folder talks to strangers',
  },
  { area: '{config,db,workers,apps}/', never: /^test\//, because: 'no product file names a test or a fault hook' },
  {
    area: 'workers/findings/',
    never: /^(db\/(?!model\/)|workers\/(jobs|queue|network)\/|node:)/,
    because: 'judging and comparing are pure',
  },
]

/** The only exceptions, by name. */
const allowed: { area: string; may: string[]; because: string }[] = [
  {
    area: 'apps/cli/',
    may: ['workers/probe.ts', 'workers/check-target.ts', 'workers/doctor/index.ts'],
    because: 'probe, check-target and doctor run without an API',
  },
  {
    area: 'apps/api/',
    may: [
      'workers/network/provider-fetch.ts',
      'workers/network/own-certificate.ts',
      'workers/channels/webhook/sign.ts',
    ],
    because:
      'the sign-in provider is reached through the guard, our own certificate at PUBLIC_URL; a webhook’s keys are shown as its signatures are made',
  },
]
/** What builds the page runs before there is one. */
const buildFiles = ['apps/web/build.ts', 'apps/web/build-config.ts', 'apps/web/built.ts']
const isAllowed = (file: string, name: string) =>
  buildFiles.includes(file) || allowed.some(({ area, may }) => file.startsWith(area) && may.includes(name))

/** The only files that read settings. */
const entries = ['apps/api/main.ts', 'apps/up/main.ts', 'apps/cli/main.ts', 'apps/migrate/main.ts', 'workers/main.ts']

const importPattern =
  /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

function namesIn(source: string, file: string): string[] {
  return [...source.matchAll(importPattern)].map(([, from, bare, dynamic]) => {
    const name = (from ?? bare ?? dynamic)!
    if (name.startsWith('#')) return name.slice(1)
    return name.startsWith('.') ? normalize(join(dirname(file), name)) : name
  })
}
const importsOf = (file: string) => namesIn(readFileSync(file, 'utf8'), file)
const offencesOf = (files: readonly string[], isOffence: (file: string, name: string) => boolean) =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((name) => isOffence(file, name))
      .map((name) => `${file} → ${name}`),
  )

for (const { area, never, because } of rules) {
  test(`${area} — ${because}`, () => {
    const files = globSync(`${area}**/*.{ts,tsx}`)
    expect(files).not.toEqual([])
    expect(offencesOf(files, (file, name) => never.test(name) && !isAllowed(file, name))).toEqual([])
  })
}

test('every form of import is seen', () => {
  const source = `import a from 'node:net'\nimport 'node:tls'\nexport * from "#db/connect.ts"\nconst b = await import('../x.ts')\nimport {\n  c,\n} from './y.ts'`
  expect(namesIn(source, 'workers/scanners/ports/scan.ts')).toEqual([
    'node:net',
    'node:tls',
    'db/connect.ts',
    'workers/scanners/x.ts',
    'workers/scanners/ports/y.ts',
  ])
})

/** All that is loaded with this file; what is imported for its types alone, or later, is not. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known
  known.add(file)
  if (!file.endsWith('.ts')) return known
  const source = readFileSync(file, 'utf8').replaceAll(/^(import|export) type\b[^'"]*?from.*$|\bimport\(/gm, '')
  for (const name of namesIn(source, file)) loadedWith(name, known)
  return known
}

test.each(['apps/cli/scan.ts', 'apps/up/up.ts'])(
  '%s begins at once: neither queries nor the queue nor the settings are loaded with it',
  (file) => {
    const loaded = [...loadedWith(file)]
    expect(loaded).toContain('apps/up/instance.ts')
    expect(loaded.filter((name) => /^(kysely|bullmq|config\/index)/.test(name))).toEqual([])
  },
)

test('a scanner never leans on another scanner', () => {
  const folderOf = (path: string) => /^workers\/scanners\/([^/]+)\//.exec(path)?.[1]
  const offences = offencesOf(
    globSync('workers/scanners/*/**/*.ts'),
    (file, name) => (folderOf(name) ?? folderOf(file)) !== folderOf(file),
  )
  expect(offences).toEqual([])
})

test('a scanner is named by its own folder and by one line of the table', () => {
  const scanners = globSync('workers/scanners/*/index.ts').map((file) => dirname(file))
  const importers = globSync('{apps,workers,db,config}/**/*.ts').filter((file) =>
    importsOf(file).some((name) =>
      scanners.some((folder) => name.startsWith(`${folder}/`) && !file.startsWith(`${folder}/`)),
    ),
  )
  expect(importers).toEqual(['workers/scanners/index.ts'])
})

test('only the entries read settings', () => {
  const readers = globSync('{apps,workers,db}/**/*.ts').filter(
    (file) =>
      !entries.includes(file) &&
      (readFileSync(file, 'utf8').includes('process.env') ||
        importsOf(file).some((name) => name.startsWith('config/'))),
  )
  expect(readers).toEqual([])
})

test('the top level holds what the design card names', () => {
  const allowedFolders = ['apps', 'workers', 'db', 'config', 'test', 'node_modules']
  expect(
    globSync('*', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(allowedFolders.sort())
})
