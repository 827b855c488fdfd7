import { expect, test } from 'vitest'
import { frameOptionsOf } from '#workers/scanners/http/policy/frame-options.ts'
import { readPage } from '#workers/scanners/http/policy/html.ts'
import { referrerPolicyOf, referrerPolicyOfMeta } from '#workers/scanners/http/policy/referrer.ts'

const metasOf = (markup: string) =>
  readPage(markup).metas.map(({ attributes, inHead, afterScript }) => ({
    ...Object.fromEntries(attributes),
    inHead,
    afterScript,
  }))

test.each([
  ['<meta name=a content="1">', { name: 'a', content: '1' }],
  ["<META NAME = 'a' Content=1/>", { name: 'a', content: '1/' }],
  ['<meta name="a" name="b" content="x&amp;y&#59;&colon;&#x2c;">', { name: 'a', content: 'x&y;:,' }],
  ['<meta\n\tname=a\fcontent>', { name: 'a', content: '' }],
  ['<meta name="a>b" content=1>', { name: 'a>b', content: '1' }],
])('%j is a meta element', (markup, attributes) => {
  expect(metasOf(markup)).toEqual([{ ...attributes, inHead: true, afterScript: false }])
})

test.each([
  '<!-- <meta name=a> -->',
  '<!-- <meta name=a>',
  '<title><meta name=a></title>',
  '<script>document.write("<meta name=a>")</script>',
  '<script><!-- <script> </script> <meta name=a> --></script>',
  '<style><meta name=a></STYLE >',
  '<noscript><meta name=a></noscript>',
  '<textarea><meta name=a></textarea>',
  '<template><meta name=a><template></template><meta name=b></template>',
  '<plaintext><meta name=a>',
  '<!doctype <meta name=a>',
  '<? <meta name=a>',
  '</ <meta name=a>',
  '<meta name=a',
  '<a title="<meta name=a>">',
  '<metadata name=a>',
])('there is no meta element in %s', (markup) => expect(metasOf(markup)).toEqual([]))

test.each([
  '<!doctype html><html><head><!-- c --><meta><link><title>t</title></head> <meta name=b>',
  '<template><p></template><meta>',
  '<script>x</script><meta>',
])('the head goes on in %s', (markup) => {
  expect(readPage(markup)).toMatchObject({ headEnded: false, isWhole: true })
  expect(metasOf(markup).at(-1)).toMatchObject({ inHead: true })
})

test.each(['<body>', '<p>', 'text', '</body>', '<', '<svg>', '<title>t</title>text'])('%s ends the head', (markup) => {
  expect(readPage(`${markup}<meta>`)).toMatchObject({ headEnded: true })
  expect(metasOf(`${markup} <meta>`).every(({ inHead }) => !inHead)).toBe(true)
})

test('what comes after a script element is known to', () => {
  expect(metasOf('<meta name=a><script src=x></script><meta name=b>').map(({ afterScript }) => afterScript)).toEqual([
    false,
    true,
  ])
})

test('a page that breaks off, or has more than anyone needs, is not whole', () => {
  expect(readPage('<title>x</title><meta name="a').isWhole).toBe(false)
  expect(readPage('<meta>'.repeat(300))).toMatchObject({ isWhole: false })
  expect(readPage('<meta>'.repeat(300)).metas).toHaveLength(200)
})

test.each([
  [['DENY'], ['deny'], true],
  [['SameOrigin', 'sameorigin'], ['sameorigin'], true],
  [['SAMEORIGIN', 'DENY'], ['sameorigin', 'deny'], true],
  [['junk', 'deny'], ['junk', 'deny'], true],
  [['junk', 'rubbish'], ['junk', 'rubbish'], false],
  [['ALLOWALL'], ['allowall'], false],
  [['ALLOW-FROM https://a.example'], ['allow-from https://a.example'], false],
  [['SAMEORIGIN;'], ['sameorigin;'], false],
  [[], [], false],
])('X-Frame-Options %j forbids: %s %s', (members, values, inForce) => {
  expect(frameOptionsOf(members)).toEqual({ values, inForce })
})

test('the last known token is the referrer policy; a meta element has its own words', () => {
  expect(referrerPolicyOf(['no-referrer', 'UNSAFE-URL', 'later'])).toBe('unsafe-url')
  expect(referrerPolicyOf(['noreferrer', ''])).toBeNull()
  expect(referrerPolicyOfMeta('Always')).toBe('unsafe-url')
  expect(referrerPolicyOfMeta('origin, no-referrer')).toBeNull()
})
