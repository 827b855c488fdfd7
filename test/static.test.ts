import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What no line of the product may say: each rule with the files that are excepted, and why.

const sources = globSync('{apps,config,db,workers}/**/*.{ts,tsx}', { exclude: ['apps/web/dist*/**'] }).map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}))
const saying = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

test('no text is run as code', () => {
  expect(saying(/\beval\(|new Function\(|set(Timeout|Interval)\(\s*['"`]|node:vm/)).toEqual([])
})

test('no shell is ever asked, and programs are started by these files alone', () => {
  expect(saying(/\bexec(Sync)?\(\s*['"`]|shell: true/)).toEqual([])
  expect(saying(/from 'node:child_process'/).sort()).toEqual([
    'apps/up/instance.ts',
    'apps/up/start-child.ts',
    'db/embedded-cluster.ts',
    'db/embedded-place.ts',
    'db/embedded.ts',
    'db/find-process.ts',
  ])
})

test('nothing foreign is read by a reader that makes objects of classes', () => {
  expect(saying(/v8\.deserialize|node:v8|structuredClone\(JSON/)).toEqual([])
})

test('no hash that has been broken, no cipher but AES-256-GCM, no random that can be guessed', () => {
  // A certificate's own signature may name them; a fingerprint of ours never does.
  expect(saying(/create(Hash|Hmac)\(\s*['"](md5|sha1)['"]/)).toEqual([])
  expect(saying(/createCipheriv\(\s*['"](?!aes-256-gcm)/)).toEqual([])
  // Jitter and the order of asking are no secrets.
  expect(saying(/Math\.random\(\)/).sort()).toEqual([
    'workers/channels/webhook/tell.ts',
    'workers/jobs/send-mail.ts',
    'workers/scanners/ports/engine.ts',
    'workers/scanners/ports/scan.ts',
    'workers/tracing/exporter.ts',
  ])
})

test('regular expressions that are put together are made of our own words only, in these files', () => {
  expect(saying(/RegExp\(/).sort()).toEqual([
    'apps/web/parts/evidence.tsx',
    'apps/web/paths.ts',
    'db/model/schedule/cron.ts',
    'workers/scanners/dns/mail/spf-macros.ts',
    'workers/scanners/http/policy/csp-sources.ts',
    'workers/scanners/http/policy/hsts.ts',
    'workers/scanners/http/policy/html.ts',
    'workers/scanners/whois/text/read-date.ts',
    'workers/scanners/whois/text/sentences.ts',
  ])
})

test('statements with raw text in them are the migrations’ and the queue’s own', () => {
  expect(
    saying(/sql\.raw\(|sql\s*\.raw\(|CompiledQuery\.raw\(/).filter((file) => !file.startsWith('db/migrations/')),
  ).toEqual(['workers/queue/on-postgres.ts'])
})

test('no page puts text into itself as markup', () => {
  expect(saying(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet/)).toEqual([])
  expect(saying(/\braw\(/).filter((file) => file.startsWith('apps/'))).toEqual([])
})

test('every cookie is made in one place', () => {
  expect(saying(/setCookie\(|['"]set-cookie['"]/i).filter((file) => file.startsWith('apps/'))).toEqual([
    'apps/api/credentials/cookies.ts',
  ])
})

test('no two schemas of the OpenAPI document have one name, or the later would stand for both', () => {
  const names = sources.flatMap(({ text }) => [...text.matchAll(/\.openapi\('([^']+)'/g)].map(([, name]) => name))
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})
