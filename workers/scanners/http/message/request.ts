/** The bytes of a GET (RFC 9112 §3) as a browser's first visit would ask, on a connection of its own. */
export function requestBytes(url: URL, cookies: string, userAgent: string): Buffer {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    `User-Agent: ${userAgent}`,
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Encoding: gzip, deflate, br',
    'Accept-Language: en',
    ...(cookies === '' ? [] : [`Cookie: ${cookies}`]),
    'Connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
