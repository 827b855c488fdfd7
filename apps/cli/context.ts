import type { Terminal } from './terminal.ts'

/** What main.ts hands to every command. */
export interface Context {
  readonly terminal: Terminal
  /** Read when first asked for: a scan at a named address needs none. @throws CommandError for bad ones */
  readonly settings: () => Promise<Settings>
  /** Aborts when the person or the system ends the command; the reason is the exit code. */
  readonly signal: AbortSignal
  readonly input: NodeJS.ReadableStream
}

export interface Settings {
  readonly dataDir: string
  /** What a Portlight that is started from here starts with. */
  readonly env: NodeJS.ProcessEnv
  /** Where our own servers listen, which are never dialled. */
  readonly api: { readonly host: string; readonly port: number; readonly tls: { readonly certFile: string } | null }
  readonly masterKeyFile: string
  readonly mail: { readonly smtpUrl: string | null }
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  readonly scanning: {
    readonly allow: readonly string[]
    readonly dnsServers: readonly { readonly address: string; readonly port: number }[]
    readonly canary: { readonly address: string; readonly port: number } | null
    readonly rdapBootstrap: string | null
    readonly whoisServer: { readonly host: string; readonly port: number } | null
    readonly extraRoots: string | null
  }
}
