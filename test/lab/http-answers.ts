import { gzipSync } from 'node:zlib'

/** A request as a lab server read it. */
export interface LabRequest {
  readonly scheme: 'http' | 'https'
  /** The Host field, port included. */
  readonly authority: string
  /** Its first label chooses how the site behaves. */
  readonly label: string
  readonly path: string
  readonly head: string
  /** `https://NAME:PORT` of the same name, whatever was asked. */
  readonly secureOrigin: string
  readonly plainOrigin: string
}

/** Bytes to say and end with, or a way to treat the socket: `say` writes, `end` ends it. */
export type LabAnswer = string | Buffer | ((socket: LabSocket) => void)

export interface LabSocket {
  /** False once the other side has had enough. */
  readonly isOpen: boolean
  say(bytes: string | Buffer): void
  end(bytes?: string | Buffer): void
  /** Says the same over and over for as long as the other side takes it. */
  flood(bytes: string | Buffer): void
}

export const page = (body = '<h1>A lab</h1>', head = '') =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Lab</title>\n${head}</head>\n<body>\n${body}\n</body>\n</html>\n`

const goodFields = [
  'Content-Type: text/html; charset=utf-8',
  'Strict-Transport-Security: max-age=63072000; includeSubDomains',
  "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options: nosniff',
  'X-Frame-Options: DENY',
  'Referrer-Policy: strict-origin-when-cross-origin',
]

/** A response with exactly these field lines, and the length of its body. */
export function response(status: string, fields: readonly string[], body: string | Buffer = ''): Buffer {
  const octets = Buffer.from(body)
  const lines = [`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${octets.length}`, 'Connection: close', '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), octets])
}

export const goodPage = (extraFields: readonly string[] = [], body = page()) =>
  response('200 OK', [...goodFields, ...extraFields], body)

export const redirectTo = (location: string, status = '301 Moved Permanently') =>
  response(status, [...goodFields.slice(1), `Location: ${location}`])

/** Nothing is wrong with it. */
export function answerClean({ scheme, secureOrigin, path }: LabRequest): Buffer {
  if (scheme === 'http') return response('301 Moved Permanently', [`Location: ${secureOrigin}${path}`])
  return goodPage(['Set-Cookie: __Host-session=c2VjcmV0; Secure; HttpOnly; SameSite=Lax; Path=/', 'Server: lab'])
}

/** Exactly `plantedFindings` are wrong with it. */
export function answerPlanted(): Buffer {
  const fields = [
    'Server: Apache/2.4.41 (Unix)',
    'X-Powered-By: PHP/7.2.24',
    'Content-Type: text/html',
    "Content-Security-Policy: script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    'Referrer-Policy: unsafe-url',
    'Set-Cookie: PHPSESSID=c2VjcmV0; path=/',
  ]
  return response('200 OK', fields, page())
}

/** What a scan must find on a planted site, and all that it may. */
export const plantedFindings = [
  'http/cookie-no-httponly',
  'http/cookie-no-samesite',
  'http/cookie-no-secure',
  'http/cookie-over-http',
  'http/csp-base-uri-missing',
  'http/csp-form-action-missing',
  'http/csp-object-unrestricted',
  'http/csp-script-eval',
  'http/csp-script-inline',
  'http/csp-style-inline',
  'http/framing-allowed',
  'http/hsts-missing',
  'http/no-https-redirect',
  'http/nosniff-missing',
  'http/referrer-policy-unsafe',
  'http/server-version',
  'http/technology-header',
] as const

const bareHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n'

/** 16 MiB of nothing in 16 kB; packed when it is first asked for. */
let packed: Buffer | null = null
const bomb = () => (packed ??= gzipSync(Buffer.alloc(16 * 1024 * 1024), { level: 9 }))

/** Sites that mean harm or mean nothing, by their first label. All redirect plain HTTP as they should; the trouble is on HTTPS. */
export const hostile: Readonly<Record<string, (request: LabRequest) => LabAnswer>> = {
  'endless-head': () => (socket) => {
    socket.say('HTTP/1.1 200 OK\r\n')
    socket.flood(`X-Filler: ${'z'.repeat(500)}\r\n`)
  },
  'endless-body': () => (socket) => {
    socket.say(`${bareHead}Transfer-Encoding: chunked\r\n\r\n`)
    socket.flood(`4000\r\n${'<p>more</p>     '.repeat(1024)}\r\n`)
  },
  'gzip-bomb': () => response('200 OK', ['Content-Type: text/html', 'Content-Encoding: gzip'], bomb()),
  drip: () => (socket) => {
    socket.say('HTTP/1.1 200 OK\r\nX-Slow: ')
    const timer = setInterval(() => (socket.isOpen ? socket.say('a') : clearInterval(timer)), 20)
  },
  silent: () => () => {},
  'closes-early': () => 'HTTP/1.1 200 OK\r\nContent-Ty',
  'bad-chunk': () => `${bareHead}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld`,
  'many-fields': () => `${bareHead}${'a: 1\r\n'.repeat(4000)}Content-Length: 0\r\n\r\n`,
  loop: ({ secureOrigin, path }) => redirectTo(`${secureOrigin}${path === '/' ? '/again' : '/'}`),
  endless: ({ secureOrigin, path }) => redirectTo(`${secureOrigin}/${Number(path.slice(1)) + 1}`),
  'to-metadata': () => redirectTo('http://169.254.169.254/latest/meta-data/', '302 Found'),
  'to-inner-name': ({ secureOrigin }) => redirectTo(secureOrigin.replace('https://', 'https://inner.')),
  'to-script': () => redirectTo('javascript:alert(1)'),
  'controls-in-head': () => `${bareHead}X-Nul: a\0b\r\nX-\x1b[2J: \x1b]0;owned\x07\r\nContent-Length: 0\r\n\r\n`,
  'two-lengths': () => `${bareHead}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
  smuggled: () => `${bareHead}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  'interim-flood': () => (socket) => socket.flood('HTTP/1.1 100 Continue\r\n\r\n'),
  'switches-protocol': () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0',
  'no-status-line': () => '<html>no status line</html>',
  'many-cookies': () =>
    response(
      '200 OK',
      ['Content-Type: text/html', ...Array.from({ length: 300 }, (_, n) => `Set-Cookie: c${n}=secret; Secure`)],
      page(),
    ),
}
