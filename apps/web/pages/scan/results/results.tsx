import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Scan } from '../../../../client/index.ts'
import { download } from '../../../parts/download.ts'
import { Evidence } from '../../../parts/evidence.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { RunChip } from '../../../parts/marks.tsx'
import { Empty, Section } from '../../../parts/page.tsx'
import { When } from '../../../parts/when.tsx'
import { kilobytes } from '../../../words/format.ts'
import { results as words } from '../../../words/results.ts'
import type { Run } from '../told.ts'
import { DnsView } from './dns-view.tsx'
import { HttpView } from './http-view.tsx'
import { PortsView } from './ports-view.tsx'
import { RegistrationView } from './registration-view.tsx'
import { TlsView } from './tls-view.tsx'

export interface View {
  readonly result: NonNullable<Run['result']>
  readonly at: string | null
}

const views: Readonly<Record<string, (view: View) => ComponentChildren>> = {
  ports: PortsView,
  tls: TlsView,
  dns: DnsView,
  http: HttpView,
  whois: RegistrationView,
}

/** What each scanner saw, as a picture and as it gave it. */
export const Results = ({ scan }: { readonly scan: Scan }) => {
  const told = scan.runs.filter(({ result }) => result !== null)
  if (told.length === 0) return <Empty icon="unknown" title={words.none} />
  return (
    <>
      {told.map((run) => (
        <OneResult key={run.scanner} scan={scan} run={run} />
      ))}
    </>
  )
}

function OneResult({ scan, run }: { readonly scan: Scan; readonly run: Run }) {
  const { scanner, title, result, finishedAt, status } = run
  const View = views[scanner]
  return (
    <Section
      id={`result-${scanner}`}
      title={title}
      note={finishedAt === null ? undefined : <When at={finishedAt} />}
      end={status === 'completed' ? undefined : <RunChip status={status} isPlain />}
    >
      {View === undefined ? null : <View result={result!} at={finishedAt} />}
      <Raw name={`${scan.id}-${scanner}.json`} run={run} />
    </Section>
  )
}

/** Larger ones are for an editor, and would only make the page slow. */
const shownCharactersAtMost = 100_000

function Raw({ name, run }: { readonly name: string; readonly run: Run }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" />
        {words.raw}
      </summary>
      {isOpen ? <RawText name={name} run={run} /> : null}
    </details>
  )
}

function RawText({ name, run: { result, scanner, scannerVersion } }: { readonly name: string; readonly run: Run }) {
  const text = JSON.stringify(result, null, 2)
  return (
    <>
      <p class="links">
        <button class="button bare small" type="button" onClick={() => download(name, result)}>
          <Icon name="download" />
          {name}, {kilobytes(text.length)}
        </button>
      </p>
      <Evidence
        source={words.rawSource(scanner, scannerVersion)}
        text={text.length <= shownCharactersAtMost ? text : `${text.slice(0, shownCharactersAtMost)}\n…`}
      />
      {text.length <= shownCharactersAtMost ? null : <p class="soft s">{words.rawCut}</p>}
    </>
  )
}
