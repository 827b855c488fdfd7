import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHostLab } from './host.ts'

// `node test/lab/main.ts`: keeps the lab up until Ctrl-C, and prints how to scan it by hand.
const lab = await startHostLab()
const caFile = join(mkdtempSync(join(tmpdir(), 'portlight-lab-')), 'root.pem')
writeFileSync(caFile, lab.rootPem)
const settings = Object.entries({ ...lab.settings, CA_FILE: caFile }).map(
  ([name, value]) => `export ${name}='${value}'`,
)
const scans = [lab.clean, lab.planted].map(
  ({ target, scanners }) =>
    `npx portlight scan ${target} ${Object.keys(scanners)
      .map((name) => `--scanner ${name}`)
      .join(' ')} --options '${JSON.stringify(scanners)}'`,
)
console.log([...settings, '', ...scans].join('\n'))
