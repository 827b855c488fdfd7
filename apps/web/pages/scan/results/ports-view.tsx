import { useState } from 'preact/hooks'
import { CoverageBar } from '../../../parts/coverage.tsx'
import { Theirs } from '../../../parts/evidence.tsx'
import { Table } from '../../../parts/table.tsx'
import { common } from '../../../words/common.ts'
import { number } from '../../../words/format.ts'
import { results as words } from '../../../words/results.ts'
import { openPorts, type SeenAddress, seenAddresses, shortRanges } from './ports.ts'
import type { View } from './results.tsx'

const atOnce = 100

/** Each address: its open ports with what greeted there, how many refused, and which stayed silent. */
export const PortsView = ({ result }: View) => (
  <div class="stack">
    {seenAddresses(result).map((seen) => (
      <OneAddress key={seen.address} seen={seen} />
    ))}
  </div>
)

/** All of it stands in the result below. */
const shortOf = (banner: string) => (banner.length <= 160 ? banner : `${banner.slice(0, 160)}…`)

function OneAddress({ seen }: { readonly seen: SeenAddress }) {
  const [shown, setShown] = useState(atOnce)
  const filtered = shortRanges(seen.filteredRanges)
  return (
    <div class="seen">
      <h3>
        <Theirs text={seen.address} />
      </h3>
      <CoverageBar answered={seen.open + seen.closed} untold={seen.filtered} unasked={0} />
      <p class="soft">
        {words.portCounts(seen.open, seen.closed)}
        {seen.filtered === 0 ? null : <span class="dashed">{words.silent(seen.filtered)}</span>}
      </p>
      {filtered.text === '' ? null : (
        <p class="s soft">
          {words.silentPorts} <span class="mono">{filtered.text}</span>
          {filtered.isCut ? ' …' : ''}
        </p>
      )}
      {seen.open === 0 ? (
        <p class="soft">{words.noOpen}</p>
      ) : (
        <Table
          caption={words.openPortsOf(seen.address)}
          rows={openPorts(seen, shown)}
          keyOf={({ port }) => String(port)}
          columns={[
            {
              key: 'port',
              head: words.port,
              isHead: true,
              cell: ({ port }) => <span class="mono nowrap">{port}/tcp</span>,
            },
            {
              key: 'service',
              head: words.service,
              cell: ({ service, guessedFrom }) =>
                service === null || guessedFrom === null ? (
                  words.notKnown
                ) : (
                  <>
                    {service}
                    <span class="sub">{words.guessed[guessedFrom]}</span>
                  </>
                ),
            },
            {
              key: 'banner',
              head: words.banner,
              cell: ({ banner }) =>
                banner === null ? (
                  <span class="faint">{words.saidNothing}</span>
                ) : (
                  <code>
                    <Theirs text={shortOf(banner.trimEnd())} />
                  </code>
                ),
            },
          ]}
        />
      )}
      {seen.open > shown ? (
        <p class="pager">
          <span>{words.shownOf(shown, seen.open)}</span>
          <button class="button" type="button" onClick={() => setShown(shown + 10 * atOnce)}>
            {common.more} ({number(seen.open - shown)})
          </button>
        </p>
      ) : null}
    </div>
  )
}
