import { setTimeout as sleep } from 'node:timers/promises'
import { type PageName, paths, pathTo } from '#apps/web/paths.ts'
import { isFinal, type ScanStatus } from '#db/model/scan.ts'
import type { DashboardStage } from './dashboard.ts'

/** What a stage was filled with: ids for the addresses of pages. */
export interface DashboardWorld {
  readonly targetId: string
  readonly scanId: string
  readonly laterScanId: string
  /** Of a scan whose TLS and web server could not be told. */
  readonly doubtfulScanId: string
  readonly failedScanId: string
  readonly findingId: string
  readonly scheduleId: string
  readonly batchId: string
}

/** Watches both hosts of the lab, scans them twice, and adds some of everything that pages show. */
export async function fillStage(stage: DashboardStage): Promise<DashboardWorld> {
  const { lab } = stage
  const send = <Document>(method: string, path: string, body?: unknown) =>
    stage.send(method, path, body) as Promise<Document>
  const targets = []
  for (const host of [lab.planted, lab.clean])
    targets.push(await send<{ id: string }>('POST', '/v1/targets', { target: host.target, tags: ['lab'] }))
  const scans: string[] = []
  for (const { target, scanners } of [lab.planted, lab.clean, lab.planted]) {
    const { id } = await send<{ id: string }>('POST', '/v1/scans', { target, scanners })
    await untilEnded(send, id)
    scans.push(id)
  }
  const { id: doubtfulScanId } = await send<{ id: string }>('POST', '/v1/scans', {
    target: lab.planted.target,
    scanners: { ...lab.planted.scanners, tls: { port: 1 }, http: { httpPort: 1, httpsPort: 1 } },
  })
  await untilEnded(send, doubtfulScanId)
  const failed = await send<{ id: string }>('POST', '/v1/scans', {
    target: 'nobody.test',
    scanners: { ports: { ports: [9] } },
  })
  await untilEnded(send, failed.id)
  const { findings } = await send<{ findings: { id: string }[] }>('GET', '/v1/findings?limit=1')
  const schedule = await send<{ id: string }>('POST', '/v1/schedules', {
    name: 'nightly',
    cron: '30 2 * * 1-5',
    zone: 'Europe/Amsterdam',
    targets: { tags: ['lab'] },
  })
  const batch = await send<{ id: string }>('POST', '/v1/batches?dryRun=true', { rows: ['clean.test', '10.0.0.1'] })
  return {
    targetId: targets[0]!.id,
    scanId: scans[0]!,
    laterScanId: scans[2]!,
    doubtfulScanId,
    failedScanId: failed.id,
    findingId: findings[0]!.id,
    scheduleId: schedule.id,
    batchId: batch.id,
  }
}

/** Every page of the dashboard in this world. */
export function dashboardPaths(world: DashboardWorld): { name: string; path: string }[] {
  const segments: Partial<Record<PageName, Readonly<Record<string, string>>>> = {
    target: { id: world.targetId },
    scan: { id: world.laterScanId },
    diff: { id: world.scanId, other: world.laterScanId },
    finding: { id: world.findingId },
    schedule: { id: world.scheduleId },
    batch: { id: world.batchId },
    job: { scan: world.failedScanId },
  }
  const parts = ['registrations', 'served'].map((of) => ({ name: of, path: pathTo('certificates', {}, { of }) }))
  return [...(Object.keys(paths) as PageName[]).map((name) => ({ name, path: pathTo(name, segments[name]) })), ...parts]
}

export async function untilEnded(send: DashboardStage['send'], scanId: string): Promise<void> {
  for (;;) {
    const { status } = (await send('GET', `/v1/scans/${scanId}`)) as { status: ScanStatus }
    if (isFinal(status)) return
    await sleep(200)
  }
}
