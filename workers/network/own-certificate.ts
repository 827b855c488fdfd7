import type { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'

const timeoutMillis = 5000

/** When the certificate ends that PUBLIC_URL shows to whoever comes, asked at exactly that place. @throws where nobody there answers with TLS in time */
export function ownCertificateEnds(publicUrl: string): Promise<Date> {
  const { hostname, port } = new URL(publicUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port) || 443,
      // One that has ended, or that nobody trusts, is to be told of too.
      rejectUnauthorized: false,
      ...(host === hostname && !/^[\d.]+$/.test(host) ? { servername: host } : {}),
    })
    // Of the whole, whatever trickles in.
    const timer = setTimeout(
      () => socket.destroy(new Error(`${publicUrl} showed no certificate in time`)),
      timeoutMillis,
    )
    socket.once('close', () => {
      clearTimeout(timer)
      reject(new Error(`${publicUrl} closed the connection`))
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()
      if (shown !== undefined) resolve(endOf(shown))
      socket.destroy()
    })
  })
}

const endOf = ({ validTo }: X509Certificate) => new Date(validTo)
