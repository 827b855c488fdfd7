import { afterAll, expect, test } from 'vitest'
import { Secret } from '#db/model/secret.ts'
import { openBrowser } from '#test/support/browser.ts'
import { hostileCorpus } from '#test/support/hostile-corpus.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { type ComposedMail, composeMail } from '#workers/queue/compose-mail.ts'

const { db } = await useDatabase()
const browser = await openBrowser()
afterAll(() => browser?.close())

const keys = {
  publicUrl: 'https://scan.example.org',
  code: new Secret(Buffer.alloc(32)),
  link: new Secret(Buffer.alloc(32)),
}
const alert = async (title: string, lines: readonly string[]): Promise<ComposedMail> => {
  const facts = { title, lines: [...lines] }
  const mail = { id: 'one', kind: 'alert', recipient: 'ada@example.org', challengeId: null, facts }
  return (await composeMail(db, mail, keys)) as ComposedMail
}
const planted = [
  '<script>window.__pwn = 1</script>',
  '"><img src="http://evil.example/x" onerror="window.__pwn=1">',
  '<a href="javascript:alert(1)">click</a>',
  '\u202Egnp.exe\r\nBcc: all@example.org\r\n\r\n<b>x</b>',
  ...hostileCorpus<Record<string, unknown>>('terminal-escapes.jsonl')
    .flatMap((line) => Object.values(line).filter((value): value is string => typeof value === 'string'))
    .map((text) => text.slice(0, 900)),
].slice(0, 60)

test('an alert says in words what is news, with what to do and where to look', async () => {
  const { subject, text, html } = await alert('shop.example: 1 new', [
    'New, high: A database can be reached (shop.example, 5432/tcp). Close it.',
  ])
  expect(subject).toBe('Portlight: shop.example: 1 new')
  for (const part of [text, html]) {
    expect(part).toContain('A database can be reached (shop.example, 5432/tcp). Close it.')
    expect(part).toContain('https://scan.example.org/v1/findings')
  }
})

test('what a target sent stands in no head, on one line each, and turns no reader’s eye around', async () => {
  const { subject, text } = await alert(planted[3]!, planted)
  expect(subject).not.toMatch(/[\r\n\u202a-\u202e]/)
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  expect(text.trimEnd().split('\n\n')).toHaveLength(planted.length + 1)
})

test.runIf(browser)('nothing of it runs, or is asked for, in a real browser', async () => {
  const page = await browser!.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.setContent((await alert(planted[0]!, planted)).html)
  expect(await page.evaluate(() => '__pwn' in globalThis)).toBe(false)
  expect(asked).toEqual([])
  expect(await page.locator('script, img, a, iframe, form').count()).toBe(0)
  expect(await page.locator('p').count()).toBe(planted.length + 1)
  await page.close()
})
