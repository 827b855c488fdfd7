import { severities } from '#db/model/finding.ts'
import { inert } from '#db/model/inert.ts'
import { escapeHtml } from '#db/model/text.ts'
import type { Report } from './report.ts'

/** How a target stands, in a picture of one line, with the age of what it says: what was not told again is not called well. */
export function writeBadge(report: Report): string {
  const { words, colour } = standingOf(report)
  const label = 'exposure'
  const [left, right] = [widthOf(label), widthOf(words)]
  const title = escapeHtml(inert(`${label}: ${words}`))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}"><title>${title}</title><rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/><g fill="#fff" font-family="Verdana,Geneva,sans-serif" font-size="11" text-anchor="middle"><text x="${left / 2}" y="14">${label}</text><text x="${left + right / 2}" y="14">${escapeHtml(inert(words))}</text></g></svg>
`
}

const widthOf = (text: string) => Math.ceil(text.length * 6.8 + 12)

function standingOf({ findings, generatedAt, lastToldAt }: Report): { words: string; colour: string } {
  const age = lastToldAt === null ? null : ageOf(generatedAt.getTime() - lastToldAt.getTime())
  if (age === null) return { words: 'could not tell', colour: '#666' }
  const counted = severities
    .toReversed()
    .map(
      (severity) =>
        [findings.filter((one) => one.severity === severity && one.decision === 'none').length, severity] as const,
    )
    .find(([count]) => count > 0)
  const isDoubtful = findings.some(({ isRetested }) => !isRetested)
  if (counted === undefined) return { words: `nothing found · ${age} ago`, colour: '#1b6e3c' }
  const [count, severity] = counted
  const isGrave = severity === 'critical' || severity === 'high'
  return {
    words: `${count} ${severity}${isDoubtful ? ', some not re-tested' : ''} · ${age} ago`,
    colour: isGrave ? '#a61b1b' : '#7a5200',
  }
}

function ageOf(millis: number): string {
  const hours = Math.max(0, Math.floor(millis / 3_600_000))
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}
