import { X509Certificate } from 'node:crypto'
import { accessSync, constants, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { MasterKeyError, readMasterKey } from '#db/master-key.ts'
import { type Check, notTold, warning, well, wrong } from './check.ts'

const [leastMajor, leastMinor] = [22, 18]
const gib = 2 ** 30
const soonDays = 14

export const node: Check = {
  name: 'Node',
  async run() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor)
    return isEnough
      ? well(`Version ${process.versions.node}.`)
      : wrong(
          `Version ${process.versions.node} is too old.`,
          `Use ${leastMajor}.${leastMinor} or newer; \`npm install\` brings one.`,
        )
  },
}

export const disk: Check = {
  name: 'Data directory',
  async run({ settings: { dataDir } }) {
    try {
      accessSync(dataDir, constants.W_OK | constants.X_OK)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return wrong(
        `${dataDir} cannot be written to (${code ?? 'unknown error'}).`,
        'Make it a folder of whoever runs Portlight, or name another in DATA_DIR.',
      )
    }
    const { bavail, bsize } = await statfs(dataDir)
    const free = (bavail * bsize) / gib
    const said = `${dataDir}, ${free.toFixed(1)} GiB free.`
    return free < 1
      ? warning(said, 'Make room: Postgres stops when the disk is full. KEEP_SCANS_DAYS lets old scans go.')
      : well(said)
  },
}

export const masterKey: Check = {
  name: 'Master key',
  async run({ settings: { masterKeyFile } }) {
    try {
      readMasterKey(masterKeyFile)
      return well(
        `${masterKeyFile} is there, and its owner's alone. Keep a copy elsewhere: a backup of the database does not hold it.`,
      )
    } catch (error) {
      if (!(error instanceof MasterKeyError)) throw error
      return wrong(error.message, 'Put back the one that was in use: without it no secret in the database can be read.')
    }
  },
}

export const certificate: Check = {
  name: 'Own certificate',
  async run({ settings: { api } }) {
    if (api.tls === null) return well('None is set: whatever stands in front has one, or this machine alone is served.')
    let ends: Date
    try {
      ends = new Date(new X509Certificate(readFileSync(api.tls.certFile)).validTo)
    } catch {
      return wrong(`${api.tls.certFile} holds no certificate that can be read.`, 'Name a PEM file in TLS_CERT_FILE.')
    }
    const days = Math.floor((ends.getTime() - Date.now()) / 86_400_000)
    if (Number.isNaN(days)) return notTold('When it ends cannot be read.')
    if (days < 0) return wrong(`It ended ${-days} days ago.`, 'Renew it; the API reads it anew by itself.')
    return days < soonDays
      ? warning(`It ends in ${days} days.`, 'Renew it; the API reads it anew by itself.')
      : well(`Good for ${days} days.`)
  },
}
