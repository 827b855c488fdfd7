import { inertJson } from '#db/model/inert.ts'
import type { Severity } from '#db/model/finding.ts'
import type { Report, ReportedFinding } from './report.ts'
import packageJson from '../../../package.json' with { type: 'json' }

/** SARIF's three levels (§3.27.10); GitHub reads the number beside them. */
const levels: Readonly<Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }>> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.0' },
  info: { level: 'note', score: '0.0' },
}

/** SARIF 2.1.0: a host is a logical location; what could not be told again has the kind `open`, which claims nothing (§3.27.9). */
export function writeSarif({ findings, generatedAt, about }: Report): string {
  const rules = [...new Map(findings.map((one) => [one.rule, one])).values()]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Portlight',
            version: packageJson.version,
            rules: rules.map(({ rule, title, remedy, reference, severity }) => ({
              id: rule,
              shortDescription: { text: title },
              fullDescription: { text: `${title}. ${remedy}` },
              help: { text: `${remedy} (${reference})` },
              defaultConfiguration: { level: levels[severity].level },
              properties: { 'security-severity': levels[severity].score, tags: ['security'] },
            })),
          },
        },
        invocations: [{ executionSuccessful: true, endTimeUtc: generatedAt.toISOString() }],
        properties: { about },
        results: findings.map((one) =>
          result(
            one,
            rules.findIndex(({ rule }) => rule === one.rule),
          ),
        ),
      },
    ],
  }
  return `${inertJson(log)}\n`
}

function result(one: ReportedFinding, ruleIndex: number) {
  const isTold = one.isRetested
  return {
    ruleId: one.rule,
    ruleIndex,
    kind: isTold ? 'fail' : 'open',
    level: isTold ? levels[one.severity].level : 'none',
    message: { text: `${one.title}: ${one.target}, ${one.subject}. ${one.remedy}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(one.target) } },
        logicalLocations: [
          { name: one.subject, fullyQualifiedName: `${one.target} ${one.subject}`, kind: 'resource' },
          ...one.addresses.map((address) => ({
            name: address,
            fullyQualifiedName: `${address} ${one.subject}`,
            kind: 'resource',
          })),
        ],
      },
    ],
    partialFingerprints: { 'portlightFinding/v1': one.fingerprint ?? `${one.rule} ${one.target} ${one.subject}` },
    ...(one.decision === 'none'
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              ...(one.decidedReason === null ? {} : { justification: one.decidedReason }),
            },
          ],
        }),
    properties: { state: one.state, decision: one.decision, evidence: one.evidence },
  }
}
