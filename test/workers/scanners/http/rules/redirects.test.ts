import { expect, test } from 'vitest'
import { head, scanThrough, scriptedSite, verdicts, type Says } from '../scripted-site.ts'

const plain = 'http://example.org/'
const secure = 'https://example.org/'
const to = (location: string, status = '301 Moved Permanently') => head(status, `Location: ${location}`)
const page = `${head('200 OK', 'Content-Type: text/html')}<title>x</title>`

const scan = async (says: Readonly<Record<string, Says>>) => {
  const { result } = await scanThrough(scriptedSite({ [plain]: to(secure), [secure]: page, ...says }))
  return (rule: string) => verdicts(result, `http/${rule}`)
}

test.each<[string, Readonly<Record<string, Says>>, string]>([
  ['a page', { [plain]: page }, 'present'],
  ['an error page', { [plain]: page.replace('200 OK', '404 Not Found') }, 'present'],
  ['a question for a password', { [plain]: head('401 Unauthorized') }, 'present'],
  [
    'a refusal without a page',
    { [plain]: head('403 Forbidden', 'Content-Type: text/plain') },
    'unknown: error-without-page',
  ],
  ['a redirect to nowhere', { [plain]: head('302 Found') }, 'present'],
  ['a redirect', {}, 'absent'],
  ['a redirect to another site', { [plain]: to('http://example.com/') }, 'absent'],
  ['a detour', { [plain]: to('/home'), [`${plain}home`]: to(`${secure}home`), [`${secure}home`]: page }, 'absent'],
  ['a way back', { [secure]: to(`${plain}plain`), [`${plain}plain`]: page }, 'present'],
  ['a plain circle', { [plain]: to('/') }, 'unknown: http-loop'],
  ['a circle through HTTPS', { [secure]: to(plain) }, 'absent'],
  ['nothing', { [plain]: '' }, 'unknown: http-closed'],
  ['noise', { [plain]: 'noise' }, 'unknown: http-malformed'],
  ['a redirect into HTTPS that closes', { [secure]: '' }, 'absent'],
])('plain HTTP answered by %s', async (_, says, verdict) => {
  expect((await scan(says))('no-https-redirect')).toEqual({ [plain]: verdict })
})

test.each<[string, Readonly<Record<string, Says>>, Record<string, string>]>([
  ['https-redirect-temporary', { [plain]: to(secure, '302 Found') }, { [plain]: 'present' }],
  ['https-redirect-temporary', { [plain]: to(secure, '308 Permanent Redirect') }, { [plain]: 'absent' }],
  [
    'https-redirect-other-host',
    { [plain]: to('https://www.example.org/'), 'https://www.example.org/': page },
    { [plain]: 'present' },
  ],
  ['https-redirect-other-host', { [plain]: to('HTTPS://EXAMPLE.ORG:443/') }, { [plain]: 'absent' }],
  ['https-redirect-delayed', { [plain]: to('/x'), [`${plain}x`]: to(secure) }, { [plain]: 'present' }],
  ['https-redirect-delayed', { [plain]: page }, { [plain]: 'absent' }],
  ['https-redirect-delayed', { [plain]: to('/x'), [`${plain}x`]: '' }, { [plain]: 'unknown: http-closed' }],
  ['redirect-downgrade', { [secure]: to('http://example.com/') }, { [plain]: 'present', [secure]: 'present' }],
  ['redirect-no-location', { [secure]: head('302 Found', 'Location:') }, { [plain]: 'present', [secure]: 'present' }],
  ['redirect-bad-location', { [secure]: to('mailto:a@example.org') }, { [plain]: 'present', [secure]: 'present' }],
  ['redirect-off-site', { [secure]: to('https://example.com/') }, { [plain]: 'present', [secure]: 'present' }],
  [
    'redirect-off-site',
    { [secure]: to('https://www.example.org/'), 'https://www.example.org/': page },
    { [plain]: 'absent', [secure]: 'absent' },
  ],
  ['redirect-off-site', { [secure]: '' }, { [plain]: 'unknown: closed', [secure]: 'unknown: closed' }],
  ['redirect-chain-long', { [secure]: to('/') }, {}],
])('%s of %j', async (rule, says, expected) => expect((await scan(says))(rule)).toEqual(expected))

test('five redirects are fine and six are long', async () => {
  const chain = (length: number) =>
    Object.fromEntries(Array.from({ length }, (_, n) => [`${secure}${n || ''}`, to(`${secure}${n + 1}`)]))
  expect((await scan({ ...chain(5), [`${secure}5`]: page }))('redirect-chain-long')).toMatchObject({
    [secure]: 'absent',
  })
  expect((await scan({ ...chain(6), [`${secure}6`]: page }))('redirect-chain-long')).toMatchObject({
    [secure]: 'present',
  })
})
