import { severities } from '#db/model/finding.ts'
import { inert } from '#db/model/inert.ts'
import { escapeHtml } from '#db/model/text.ts'
import { sayReason, words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import { type Report, type ReportedFinding, sayUntold, summaryOf } from './report.ts'

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; } h2 { margin-top: 2rem; font-size: 1.25rem; } h3 { font-size: 1.05rem; margin-bottom: .25rem; }
article { border: 1px solid; border-left-width: .4rem; border-radius: .3rem; padding: .25rem 1rem .75rem; margin: 1rem 0; break-inside: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid; overflow-wrap: anywhere; }
.severity { font-weight: 700; } code { font-family: ui-monospace, monospace; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } }
@media print { body { max-width: none; padding: 0; } }`

/** One page that needs nothing else: no script, no link to anywhere, readable on paper and by a screen reader. */
export function writeHtml(report: Report, language: Language = 'en'): string {
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  const { report: says, terms } = words[language]
  const title = `Portlight: ${about}`
  const whole =
    scan === null
      ? says.asOf(when(generatedAt, language))
      : says.scan(
          `<code>${text(scan.id)}</code>`,
          terms.scanStatus[scan.status],
          scan.finishedAt && when(scan.finishedAt, language),
        )
  const untoldLines = untold.map((one) => `<li>${sayUntold(one, language, text)}</li>`)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${text(about)}</h1>
<p>${text(summaryOf(report, language))}</p>
<p>${whole}</p>
${countsOf(report, language)}
${findings.length === 0 ? '' : `<section aria-labelledby="findings"><h2 id="findings">${says.findings}</h2>${findings.map((one) => finding(one, language)).join('\n')}</section>`}
${isCut ? `<p>${says.cut}</p>` : ''}
${untold.length === 0 ? '' : `<section aria-labelledby="untold"><h2 id="untold">${says.untold}</h2><p>${says.untoldText}</p><ul>${untoldLines.join('')}</ul></section>`}
${runs.length === 0 ? '' : `<section aria-labelledby="runs"><h2 id="runs">${says.howFar}</h2>${tableOf(runs, language)}</section>`}
</main>
</body>
</html>
`
}

function countsOf({ findings }: Report, language: Language): string {
  if (findings.length === 0) return ''
  const { report: says, terms } = words[language]
  const worstFirst = severities.toReversed()
  const heads = worstFirst.map((severity) => `<th scope="col">${terms.severity[severity]}</th>`)
  const counts = worstFirst.map((severity) => `<td>${findings.filter((one) => one.severity === severity).length}</td>`)
  return `<table><caption>${says.bySeverity}</caption><thead><tr>${heads.join('')}</tr></thead><tbody><tr>${counts.join('')}</tr></tbody></table>`
}

function finding(one: ReportedFinding, language: Language): string {
  const { report: says, terms } = words[language]
  const since = one.openedAt === null ? '' : says.since(when(one.openedAt, language))
  return `<article>
<h3><span class="severity">${terms.severity[one.severity]}</span>: ${text(one.title)}</h3>
<dl>
<dt>${says.where}</dt><dd>${text(one.target)}, ${text(one.subject)}${one.addresses.length === 0 ? '' : says.at(one.addresses.map(text).join(', '))}</dd>
<dt>${says.state}</dt><dd>${terms.findingState[one.state]}${one.isRetested ? '' : says.notRetested}${since}</dd>
${one.decision === 'none' ? '' : `<dt>${says.decision}</dt><dd>${terms.decision[one.decision]}${one.decidedReason === null ? '' : `, ${text(one.decidedReason)}`}</dd>`}
${Object.entries(one.evidence ?? {})
  .map(
    ([name, value]) =>
      `<dt>${says.seen(text(name))}</dt><dd><code>${text(typeof value === 'string' ? value : JSON.stringify(value))}</code></dd>`,
  )
  .join('\n')}
<dt>${says.whatToDo}</dt><dd>${text(one.remedy)}</dd>
<dt>${says.restsOn}</dt><dd>${text(one.reference)}</dd>
</dl>
</article>`
}

function tableOf(runs: Report['runs'], language: Language): string {
  const { report: says, terms } = words[language]
  const rows = runs.map(
    ({ title, status, reason, asked, answered, unit }) =>
      `<tr><th scope="row">${text(title)}</th><td>${terms.runStatus[status]}${reason === null ? '' : ` (${text(sayReason(reason, language))})`}</td><td>${asked === null ? '–' : text(says.answeredOf(answered ?? 0, asked, unit ?? ''))}</td></tr>`,
  )
  return `<table><caption>${says.scanners}</caption><thead><tr><th scope="col">${says.scanner}</th><th scope="col">${says.status}</th><th scope="col">${says.answered}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

/** Visible, and no markup. */
const text = (foreign: string) => escapeHtml(inert(foreign))

const when = (instant: Date, language: Language) =>
  `<time datetime="${instant.toISOString()}">${words[language].formats.instant(instant.toISOString())}</time>`
