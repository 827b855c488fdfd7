import { type Report, type ReportedFinding } from '#workers/documents/report/report.ts'
import { formats, reportFormats } from '#workers/documents/report/formats.ts'

const findings = 5000
const rounds = 5

/** How long the greatest report takes to be written, in each format: what the API does while somebody waits for it. */
export async function bench(): Promise<void> {
  const report = greatestReport()
  for (const format of reportFormats) {
    const millis: number[] = []
    let size = 0
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now()
      const written = await formats[format].write(report)
      millis.push(performance.now() - begun)
      size = written.length
    }
    const median = millis.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!
    console.log(
      `${format.padEnd(9)} ${String(Math.round(median)).padStart(5)} ms, ${Math.round(size / 1000)} kB, of ${findings} findings`,
    )
  }
}

function greatestReport(): Report {
  const seenAt = new Date('2026-05-02T00:00:00Z')
  return {
    kind: 'organisation',
    about: 'everything',
    generatedAt: seenAt,
    scan: null,
    findings: Array.from(
      { length: findings },
      (_, n): ReportedFinding => ({
        target: `host-${n % 500}.example`,
        rule: 'ports/database-exposed',
        title: 'A database can be reached',
        severity: 'high',
        subject: `${n}/tcp`,
        addresses: ['192.0.2.1', '2001:db8::1'],
        state: 'open',
        isRetested: n % 7 !== 0,
        decision: 'none',
        decidedReason: null,
        openedAt: seenAt,
        lastConfirmedAt: seenAt,
        remedy: 'Let the database listen on a private address only.',
        reference: 'CWE-668',
        fingerprint: n.toString(16).padStart(32, '0'),
        evidence: { banner: 'a server that says who it is, and in which version' },
      }),
    ),
    untold: Array.from({ length: 500 }, (_, n) => ({
      target: `host-${n}.example`,
      what: 'The certificate has expired: 443/tcp',
      address: null,
      reason: 'no-answer',
    })),
    runs: [],
    isCut: true,
    lastToldAt: seenAt,
  }
}

if (import.meta.main) await bench()
