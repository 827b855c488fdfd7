import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'portlight-board-'))
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const board = readFileSync('config/grafana/portlight.json', 'utf8')

/** What the types of Grafana itself object to: as a literal, so that an unknown field is one too. */
function objectionsTo(json: string): string {
  const file = join(folder, 'board.ts')
  writeFileSync(
    file,
    `import type { Dashboard, DataQuery, FieldConfigSource, Panel } from '@grafana/schema'
import type { FieldConfig, Options } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen'
interface TimeSeries extends Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> {
  readonly type: 'timeseries'
  readonly options?: Partial<Options>
  readonly fieldConfig: FieldConfigSource<Partial<FieldConfig>>
  readonly targets: (DataQuery & { readonly expr: string; readonly legendFormat: string })[]
}
export const board: Omit<Dashboard, 'panels'> & { readonly panels: TimeSeries[] } = ${json}
`,
  )
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '']
  try {
    execFileSync(resolve('node_modules/.bin/tsc'), [...options, file], { cwd: folder, encoding: 'utf8' })
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test('the board is one by Grafana’s own types, which know it from one that is not', () => {
  expect(objectionsTo(board)).toBe('')
  expect(objectionsTo(board.replace('"gridPos"', '"gridPosition"'))).toContain('gridPosition')
  expect(objectionsTo(board.replace('"min": 0', '"min": "none"'))).toContain("not assignable to type 'number'")
})

test('no two panels have one id, or one place', () => {
  const { panels } = JSON.parse(board) as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[]
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
})
