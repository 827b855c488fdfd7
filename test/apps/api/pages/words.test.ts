import { expect, test } from 'vitest'
import { german } from '#apps/api/pages/words/de.ts'
import { english } from '#apps/api/pages/words/en.ts'
import { problemSentences } from '#db/model/words/de/problem-sentences.ts'
import { problems } from '#apps/api/problems.ts'
import { useApi } from '#test/support/api.ts'

const { api } = await useApi()

const open = (path: string, language?: string) =>
  api.app.request(path, language === undefined ? {} : { headers: { 'accept-language': language } })

test.each([
  [undefined, 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['en;q=0.3,de;q=0.7', 'de'],
  ['fr,de;q=0.5', 'de'],
  ['fr,*;q=0.1', 'en'],
  ['de;q=0,en', 'en'],
  ['de;q=0', 'en'],
  ['DE', 'de'],
  [';;,=q;', 'en'],
] as const)('Accept-Language %s is answered in %s, and caches are told', async (accepted, language) => {
  for (const path of ['/sign-in', '/reset', '/opt-out', '/probes', '/docs/errors', '/not-me', '/s/never']) {
    const answer = await open(path, accepted)
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-language')
    expect(answer.headers.get('content-language')).toBe(language)
    expect(await answer.text()).toContain(`<html lang="${language}">`)
  }
})

test('a German page is German from its title to its buttons', async () => {
  const page = await (await open('/sign-in', 'de')).text()
  for (const said of ['<title>Anmelden · Portlight</title>', 'Mailadresse', 'Passwort vergessen', 'angemeldet bleiben'])
    expect(page).toContain(said)
  expect(page).not.toMatch(/\b(Sign in|Password|Forgot|Remember)\b/)
})

test('every problem has a German page', async () => {
  for (const code of Object.keys(problems) as (keyof typeof problems)[]) {
    const page = await (await open(`/docs/errors/${code}`, 'de')).text()
    expect(page).toContain(problemSentences[code]!.slice(0, 20))
    expect(page).not.toContain(problems[code].title)
  }
})

test('what somebody got wrong is said in their language', async () => {
  const send = (language: string) =>
    api.app.request('/sign-in', {
      method: 'POST',
      headers: {
        'accept-language': language,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '60',
        origin: 'http://localhost:3000',
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams({ email: 'nobody@example.org', password: 'wrong wrong wrong' }).toString(),
    })
  expect(await (await send('de')).text()).toContain(problemSentences['wrong-credentials'])
  expect(await (await send('en')).text()).toContain('That is wrong, was used already, or is too old.')
})

test('no text of the pages is left empty, or is the same in both languages but for names', () => {
  const texts = (table: object): string[] =>
    Object.values(table).flatMap((value) =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'function'
          ? [(value as (...given: string[]) => string)('A', 'B', 'C')]
          : typeof value === 'object' && value !== null
            ? texts(value as object)
            : [],
    )
  const [en, de] = [texts(english), texts(german)]
  expect(de.filter((text) => text.trim() === '')).toEqual([])
  const same = de.filter((text) => en.includes(text))
  expect([...new Set(same)].sort()).toEqual(['Code', 'Status', 'Token'])
})
