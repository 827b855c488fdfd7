import type { Scan } from '../../../client/index.ts'
import { Command } from '../../parts/copy.tsx'
import { Section } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { scan as words } from '../../words/scan.ts'

const formats = ['html', 'pdf', 'json', 'csv', 'markdown', 'sarif'] as const

/** What can be taken away, and how anybody can check later that it was not changed. */
export const Reports = ({ scan }: { readonly scan: Scan }) => (
  <Section id="report" title={words.report}>
    <dl class="kv">
      <div>
        <dt>{words.download}</dt>
        <dd class="links">
          {formats.map((format) => (
            <a key={format} href={`/v1/scans/${scan.id}/report?format=${format}`} download>
              {format === 'markdown' ? 'Markdown' : format.toUpperCase()}
            </a>
          ))}
        </dd>
      </div>
      <div>
        <dt>{words.record}</dt>
        <dd>
          <a href={`/v1/scans/${scan.id}/record`} download>
            {scan.id}.record.json
          </a>
          <small>{words.recordNote}</small>
        </dd>
      </div>
      <div>
        <dt>{words.forOthers}</dt>
        <dd>
          <a href={pathTo('reports')}>{words.share}</a>
        </dd>
      </div>
      <div>
        <dt>{words.number}</dt>
        <dd class="mono">{scan.id}</dd>
      </div>
      <div>
        <dt>{words.attempts}</dt>
        <dd>{scan.attempt}</dd>
      </div>
    </dl>
    <div class="stack">
      <Command text={`npx portlight verify ${scan.id}.record.json`} />
      <Command text={`npx portlight report ${scan.id} --format pdf --output report.pdf`} />
    </div>
  </Section>
)
