import { severities } from '#db/model/finding.ts'
import { inert } from '#db/model/inert.ts'
import { escapeHtml } from '#db/model/text.ts'
import { type Report, type ReportedFinding, summaryOf } from './report.ts'

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
export function writeHtml(report: Report): string {
  const { about, generatedAt, findings, untold, runs, scan, isCut } = report
  const title = `Portlight: ${about}`
  return `<!doctype html>
<html lang="en">
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
<p>${text(summaryOf(report))}</p>
<p>${scan === null ? `As of ${when(generatedAt)}.` : `Scan <code>${text(scan.id)}</code>, ${text(scan.status)}${scan.finishedAt === null ? '' : `, ended ${when(scan.finishedAt)}`}.`}</p>
${countsOf(report)}
${findings.length === 0 ? '' : `<section aria-labelledby="findings"><h2 id="findings">Findings</h2>${findings.map(finding).join('\n')}</section>`}
${isCut ? '<p>More findings were left out: a report holds 5,000.</p>' : ''}
${untold.length === 0 ? '' : `<section aria-labelledby="untold"><h2 id="untold">Could not be told</h2><p>These were asked and not answered: nothing is claimed of them.</p><ul>${untold.map(({ target, what, reason }) => `<li>${text(target)}: ${text(what)} (${text(reason)})</li>`).join('')}</ul></section>`}
${runs.length === 0 ? '' : `<section aria-labelledby="runs"><h2 id="runs">How far it got</h2>${tableOf(runs)}</section>`}
</main>
</body>
</html>
`
}

const countsOf = ({ findings }: Report) =>
  findings.length === 0
    ? ''
    : `<table><caption>Findings by severity</caption><thead><tr>${severities
        .toReversed()
        .map((severity) => `<th scope="col">${severity}</th>`)
        .join('')}</tr></thead><tbody><tr>${severities
        .toReversed()
        .map((severity) => `<td>${findings.filter((one) => one.severity === severity).length}</td>`)
        .join('')}</tr></tbody></table>`

const finding = (one: ReportedFinding) => `<article>
<h3><span class="severity">${one.severity}</span>: ${text(one.title)}</h3>
<dl>
<dt>Where</dt><dd>${text(one.target)}, ${text(one.subject)}${one.addresses.length === 0 ? '' : ` at ${one.addresses.map(text).join(', ')}`}</dd>
<dt>State</dt><dd>${one.state}${one.isRetested ? '' : ', not re-tested by the last scan'}${one.openedAt === null ? '' : `, since ${when(one.openedAt)}`}</dd>
${one.decision === 'none' ? '' : `<dt>Decision</dt><dd>${text(one.decision)}${one.decidedReason === null ? '' : `, ${text(one.decidedReason)}`}</dd>`}
${Object.entries(one.evidence ?? {})
  .map(
    ([name, value]) =>
      `<dt>Seen, ${text(name)}</dt><dd><code>${text(typeof value === 'string' ? value : JSON.stringify(value))}</code></dd>`,
  )
  .join('\n')}
<dt>What to do</dt><dd>${text(one.remedy)}</dd>
<dt>Rests on</dt><dd>${text(one.reference)}</dd>
</dl>
</article>`

const tableOf = (runs: Report['runs']) =>
  `<table><caption>Scanners</caption><thead><tr><th scope="col">Scanner</th><th scope="col">Status</th><th scope="col">Answered</th></tr></thead><tbody>${runs
    .map(
      ({ title, status, reason, asked, answered, unit }) =>
        `<tr><th scope="row">${text(title)}</th><td>${text(status)}${reason === null ? '' : ` (${text(reason)})`}</td><td>${asked === null ? '–' : `${answered} of ${asked} ${text(unit ?? '')}`}</td></tr>`,
    )
    .join('')}</tbody></table>`

/** Visible, and no markup. */
const text = (foreign: string) => escapeHtml(inert(foreign))

const when = (instant: Date) =>
  `<time datetime="${instant.toISOString()}">${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`
