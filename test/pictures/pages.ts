import { join } from 'node:path'
import { lookAt, openStage, setUpInBrowser } from '#test/support/dashboard.ts'
import { dashboardPaths, fillStage } from '#test/support/dashboard-world.ts'

/**
 * `node test/pictures/pages.ts FOLDER [PAGE…]`: every page of the dashboard over real scans of the lab, light and dark, at three widths, as PNG files, and a table of what each costs and
 * what is wrong with it. Ends with 1 where something is.
 */
const [folder, ...wanted] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Give the folder that the pictures go to.')
  process.exit(2)
}
const stage = await openStage()
if (stage === null) process.exit(1)
let faults = 0
try {
  const context = await setUpInBrowser(stage)
  const filled = await fillStage(stage)
  const rows = []
  const page = await context.newPage()
  for (const { name, path } of dashboardPaths(filled)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const looks = ([1280, 800, 320] as const).flatMap((width) =>
      (['light', 'dark'] as const).map((theme) => ({
        width,
        theme,
        picture: join(folder, `${name}-${theme}-${width}.png`),
      })),
    )
    const seen = await lookAt(page, path, looks)
    faults += seen.faults.length
    for (const sentence of seen.faults) console.log(sentence)
    rows.push({
      page: name,
      faults: seen.faults.length,
      'script kB': (seen.scriptBytes / 1000).toFixed(1),
      requests: seen.requests,
      'ready ms': seen.readyMillis,
    })
  }
  console.table(rows)
} finally {
  await stage.close()
}
process.exit(faults === 0 ? 0 : 1)
