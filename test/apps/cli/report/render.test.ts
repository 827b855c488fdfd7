import { expect, test } from 'vitest'
import { renderReport } from '#apps/cli/report/render.ts'
import { type Paint, plain } from '#apps/cli/terminal.ts'
import { aFinding, aRun, aScan } from '../support/make.ts'

const look = { width: 90, paint: plain, link: null }

const ports = aRun({
  scanner: 'ports',
  coverage: {
    unit: 'ports',
    asked: 1000,
    answered: 998,
    silent: 2,
    unanswered: ['25/tcp at 192.0.2.10', '445/tcp at 192.0.2.10'].map((what) => ({ what, reason: 'no-answer' })),
    leftOut: [{ what: '3000/tcp at 192.0.2.10', reason: 'own-socket' }],
  },
  result: {
    addresses: [
      {
        address: '192.0.2.10',
        open: '22,80,5432',
        services: [
          { port: 22, service: 'ssh', guessedFrom: 'banner', banner: 'SSH-2.0-OpenSSH_9.2p1 \x1b[31mDebian\r\n' },
          { port: 80, service: null, guessedFrom: null, banner: null },
          { port: 5432, service: 'postgresql', guessedFrom: 'port', banner: null },
        ],
      },
      { address: '2001:db8::10', open: '', services: [] },
    ],
  },
})

const tls = aRun({
  scanner: 'tls',
  coverage: {
    unit: 'handshakes',
    asked: 4,
    answered: 4,
    silent: 0,
    unanswered: [],
    leftOut: ['SSLv2', 'SSLv3'].map((what) => ({ what, reason: 'not-supported' })),
  },
})

const whois = aRun({
  scanner: 'whois',
  status: 'inconclusive',
  reason: 'no-answer',
  detail: 'rdap.registry.lab gave no answer.',
  coverage: null,
})

const refused = aRun({
  scanner: 'http',
  status: 'refused',
  reason: 'private-use',
  detail: '10.0.0.1 lies in 10.0.0.0/8, which is a private network (RFC 1918).',
  coverage: null,
})

const header = aFinding({
  rule: 'http/server-version',
  title: 'Server header names its version',
  severity: 'low',
  subject: 'http://bücher.lab/',
  evidence: { header: 'server: nginx/1.18.0 \u202egpj', statusCodes: [200, 301], lastSeen: null, isFirst: true },
  remedy: 'Turn the version off.',
  reference: 'RFC 9110 §10.2.4',
})

const untold = { verdict: 'unknown', reason: 'no-answer', evidence: null } as const

test('a report says what is open, wrong, untold and covered', () => {
  const scan = aScan({
    target: { canonical: 'xn--bcher-kva.lab', display: 'bücher.lab' },
    runs: [ports, aRun(), tls, whois, refused],
    findings: [
      header,
      aFinding(),
      aFinding({ subject: '3306/tcp', evidence: { service: 'MySQL' } }),
      aFinding({ ...untold, subject: '6379/tcp' }),
      aFinding({ ...untold, subject: '27017/tcp' }),
      aFinding({ ...untold, title: 'Remote access answers', rule: 'ports/r', severity: 'medium', subject: '3389/tcp' }),
      aFinding({
        ...untold,
        title: 'One name server',
        rule: 'dns/n',
        reason: 'servfail',
        subject: 'b NS',
        address: null,
      }),
    ],
  })
  expect(renderReport(scan, { ...look, link: 'http://localhost:3000/v1/scans/1' })).toBe(`bücher.lab (xn--bcher-kva.lab)
3 findings, the worst is high; 1 of 5 scanners could not tell (whois); 4 checks could not
be told; 2 of 1,000 ports gave no answer; http was refused.

What is open
  192.0.2.10
    22/tcp     ssh          SSH-2.0-OpenSSH_9.2p1 \\x1b[31mDebian\\r\\n
    80/tcp     unknown
    5432/tcp   postgresql?
  2001:db8::10: no port was seen open
  ? is guessed from the number of the port alone

What is wrong
  HIGH      A database answers from the internet
    where      5432/tcp at 192.0.2.10
    evidence   service: PostgreSQL
    where      3306/tcp at 192.0.2.10
    evidence   service: MySQL
    remedy     Bind the database to a private address.
    reference  CIS Controls v8 §4.4
    rule       ports/database-exposed

  LOW       Server header names its version
    where      http://bücher.lab/ at 192.0.2.10
    evidence   header: server: nginx/1.18.0 \\u{202e}gpj
               status codes: 200, 301
               last seen: –
               is first: yes
    remedy     Turn the version off.
    reference  RFC 9110 §10.2.4
    rule       http/server-version

What could not be told
  ? whois could not tell: no answer came (no-answer)
      rdap.registry.lab gave no answer.
  ? http was refused: 10.0.0.1 lies in 10.0.0.0/8, which is a private network (RFC 1918)
    (private-use)
  ? 3 checks: no answer came (no-answer)
      A database answers from the internet (high): 6379/tcp at 192.0.2.10, 27017/tcp at
      192.0.2.10
      Remote access answers (medium): 3389/tcp at 192.0.2.10
  ? 1 check: the name server says that it failed (servfail)
      One name server (high): b NS

Coverage: answered is not the same as safe
  ports  1,000 ports asked, 998 answered, 2 silent
         unanswered: 25/tcp at 192.0.2.10, 445/tcp at 192.0.2.10: no answer came
         (no-answer)
         not asked: 3000/tcp at 192.0.2.10: it is a socket of Portlight itself
         (own-socket)
  dns    4 queries asked, 4 answered, 0 silent
  tls    4 handshakes asked, 4 answered, 0 silent
         not asked: SSLv2, SSLv3: Portlight does not speak it (not-supported)

All of it: http://localhost:3000/v1/scans/1
`)
})

const sentence = (given: Parameters<typeof aScan>[0]) =>
  renderReport(aScan(given), { ...look, width: 1000 }).split('\n')[1]

test.each([
  ['nothing was found', {}, 'Nothing wrong was found in what was answered. What was asked stands under Coverage.'],
  ['one thing was found', { findings: [aFinding()] }, '1 finding, high.'],
  [
    'checks could not be told',
    { findings: [aFinding(untold)] },
    'Nothing wrong was found in what was answered; 1 check could not be told. This is no clean bill.',
  ],
  [
    'ports were silent',
    { runs: [ports] },
    'Nothing wrong was found in what was answered; 2 of 1,000 ports gave no answer. This is no clean bill.',
  ],
  [
    'a scanner was not asked',
    { runs: [aRun(), aRun({ scanner: 'tls', status: 'not-asked', reason: 'wrong-kind' })] },
    'Nothing wrong was found in what was answered; tls was not asked. This is no clean bill.',
  ],
  [
    'two could not tell',
    { runs: [aRun(), whois, aRun({ scanner: 'tls', status: 'failed', reason: 'internal' })] },
    'Nothing wrong was found in what was answered; 2 of 3 scanners could not tell (whois and tls). This is no clean bill.',
  ],
  [
    'nobody could tell',
    { status: 'failed', reason: 'never-started', runs: [aRun({ status: 'failed', reason: 'never-started' })] },
    'Nothing could be told: no worker took it before its deadline (never-started); 1 of 1 scanner could not tell (dns).',
  ],
  [
    'all were asked and none could tell',
    { runs: [whois, aRun({ status: 'failed', reason: 'internal' })] },
    'Nothing could be told; 2 of 2 scanners could not tell (whois and dns).',
  ],
  [
    'all was refused',
    { status: 'refused', reason: 'private-use', runs: [refused] },
    'Refused: 10.0.0.1 lies in 10.0.0.0/8, which is a private network (RFC 1918) (private-use). Nothing can be said about this target.',
  ],
] as const)('the first sentence when %s', (_when, given, words) => {
  expect(
    sentence({ ...given, runs: [...('runs' in given ? given.runs : [aRun()])] } as Parameters<typeof aScan>[0]),
  ).toBe(words)
})

test('a scanner that nobody has heard of is reported like any other', () => {
  const run = aRun({ scanner: 'smtp', result: { anything: true } })
  const finding = aFinding({
    scanner: 'smtp',
    rule: 'smtp/open-relay',
    title: 'The server relays for strangers',
    severity: 'critical',
  })
  const report = renderReport(aScan({ runs: [run], findings: [finding] }), look)
  expect(report).toContain('1 finding, critical.')
  expect(report).toContain('  CRITICAL  The server relays for strangers\n')
  expect(report).toContain('  smtp  4 queries asked, 4 answered, 0 silent\n')
  expect(report).not.toContain('What is open')
})

test('a result of ports that cannot be read makes no claim about what is open', () => {
  const report = renderReport(aScan({ runs: [aRun({ scanner: 'ports', result: { addresses: 'none' } })] }), look)
  expect(report).not.toContain('open')
})

test('open ports that have no line of their own are counted', () => {
  const result = {
    addresses: [
      {
        address: '192.0.2.10',
        open: '1-600,700',
        services: [{ port: 1, service: null, guessedFrom: null, banner: null }],
      },
    ],
  }
  const report = renderReport(aScan({ runs: [aRun({ scanner: 'ports', result })] }), look)
  expect(report).toContain('    and 600 ports more, of 1-600,700\n')
})

test('long lists are cut, and say how much is left out', () => {
  const findings = Array.from({ length: 20 }, (_, port) => aFinding({ ...untold, subject: `${port}/tcp` }))
  const report = renderReport(aScan({ findings }), { ...look, width: 1000 })
  expect(report).toContain('7/tcp at 192.0.2.10 and 12 more (all of them with --json)\n')
})

test.each([40, 60, 100])('no line of ours is wider than %i cells', (width) => {
  const scan = aScan({ runs: [ports, tls, whois, refused], findings: [header, aFinding(), aFinding(untold)] })
  for (const line of renderReport(scan, { ...look, width }).split('\n')) expect(line.length).toBeLessThanOrEqual(width)
})

test('severity has its word beside its colour, doubt its mark, and nothing is green', () => {
  const tagged: Paint = (style, text) => `<${style}>${text}</${style}>`
  const scan = aScan({ runs: [aRun(), whois], findings: [aFinding()] })
  const report = renderReport(scan, { ...look, paint: tagged })
  expect(report).toContain('<high>HIGH</high>')
  expect(report).toContain('<doubt>?</doubt> whois could not tell')
  expect(report).not.toMatch(/green|\bok\b/i)
})
