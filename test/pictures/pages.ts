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
  for (const { name, path } of dashboardPaths(filled)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for (const theme of ['light', 'dark'] as const)
      for (const width of [320, 800, 1280]) {
        const seen = await lookAt(context, path, {
          width,
          theme,
          picture: join(folder, `${name}-${theme}-${width}.png`),
        })
        const said = [
          ...seen.violations,
          ...seen.complaints,
          ...(seen.sidewaysPixels > 0 ? [`scrolls sideways by ${seen.sidewaysPixels} px`] : []),
        ]
        faults += said.length
        for (const sentence of said) console.log(`${name} ${theme} ${width}: ${sentence}`)
        if (theme === 'light' && width === 1280)
          rows.push({
            page: name,
            'script kB': (seen.scriptBytes / 1000).toFixed(1),
            requests: seen.requests,
            'ready ms': seen.readyMillis,
          })
      }
  }
  console.table(rows)
} finally {
  await stage.close()
}
process.exit(faults === 0 ? 0 : 1)
