/** The settings that matter here; a whole configuration will do. */
export interface UpSettings {
  readonly api: {
    readonly host: string
    readonly port: number
    readonly publicUrl: string
    readonly tls: object | null
  }
  readonly dataDir: string
  readonly masterKeyFile: string
  readonly mail: { readonly smtpUrl: string | null; readonly isDevelopment: boolean }
  readonly databaseUrl: string | null
  readonly workerProcesses: number
  readonly metrics: { readonly port: number | null } | null
  readonly scanning: { readonly allow: readonly string[]; readonly drainSeconds: number }
}

type Listening = Pick<UpSettings['api'], 'host' | 'port' | 'tls'>

/** The address for people: a name, where the API listens on this machine itself or on all its addresses. */
export const addressOf = ({ host, port, tls, publicUrl }: UpSettings['api']) =>
  tls === null ? `http://${isHere(host) ? 'localhost' : bare(host)}:${port}` : publicUrl

/** Where programs on this machine find it: by name where we speak TLS, which checks it. */
export const urlOf = (api: UpSettings['api']) => (api.tls === null ? baseOf(api) : api.publicUrl)

/** The address for programs on this machine, which no name server and no other listener can turn elsewhere. */
export function baseOf({ host, port, tls }: Listening): string {
  const address = host === '::' || host === '::1' ? '::1' : isHere(host) ? '127.0.0.1' : host
  return `${tls === null ? 'http' : 'https'}://${bare(address)}:${port}`
}

/** Whether people are told `localhost`. */
export const isHere = (host: string) => /^(127\.[\d.]+|localhost|::1|0\.0\.0\.0|::)$/.test(host)
const bare = (host: string) => (host.includes(':') ? `[${host}]` : host)
