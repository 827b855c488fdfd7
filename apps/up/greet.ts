import { join } from 'node:path'
import { localKeyFile } from '#db/local-key-file.ts'
import { addressOf, type UpSettings } from './settings.ts'

export interface Facts {
  readonly settings: UpSettings
  readonly key: { readonly key: string; readonly isNew: boolean; readonly setUpCode: string | null }
  /** Where the private Postgres keeps its data; null where DATABASE_URL names another. */
  readonly postgresData: string | null
}

/** What people are told once it runs: where it is, where its things lie, and one call to try. */
export function greeting({ settings, key, postgresData }: Facts): string {
  const { api, dataDir, scanning } = settings
  const address = addressOf(api)
  const keyFile = localKeyFile(dataDir)
  const lines = [
    ['Data', whereDataLie(dataDir, postgresData)],
    ['API key', key.isNew ? `${key.key}  (shown this once; it lies in ${keyFile})` : `in ${keyFile}`],
    ['Logs', join(dataDir, 'logs')],
    ...(settings.mail.smtpUrl === null ? [['Mail', mailWords(settings)]] : []),
    ...(scanning.allow.length === 0 ? [] : [['Opened', `${scanning.allow.join(', ')}  (SCAN_ALLOW)`]]),
  ]
  return `Portlight is ready at ${address}

${lines.map(([name = '', value]) => `  ${name.padEnd(7)}  ${value}`).join('\n')}
${key.setUpCode === null ? '' : setUpWords(settings, key.setUpCode)}
Scan a host of yours:

  curl ${address}/v1/scans -H 'Content-Type: application/json' -d '{"target":"example.org"}' \\
    -H "Authorization: Bearer $(cat ${quoted(keyFile)})"

Ctrl-C stops all of it.`
}

const setUpWords = ({ api }: UpSettings, code: string) => `
Make the first account, which runs this Portlight:

  ${api.publicUrl}/set-up with the code ${code}
  or here: npx portlight setup --email you@example.org
`

const mailWords = ({ api, mail }: UpSettings) =>
  mail.isDevelopment
    ? `no SMTP_URL: printed here, and shown at ${api.publicUrl}/dev/mail`
    : 'no SMTP_URL: no code can be mailed, so nobody can sign up'

function whereDataLie(dataDir: string, postgresData: string | null): string {
  if (postgresData === null) return `in the Postgres of DATABASE_URL, the rest in ${dataDir}`
  return postgresData.startsWith(dataDir) ? dataDir : `${postgresData}, the rest in ${dataDir}`
}

const quoted = (path: string) => (/^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`)
