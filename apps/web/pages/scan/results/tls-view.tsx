import { Theirs } from '../../../parts/evidence.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Chip } from '../../../parts/marks.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { When } from '../../../parts/when.tsx'
import { list } from '../../../words/format.ts'
import { reasonOf } from '../../../words/findings.ts'
import { results as words } from '../../../words/results.ts'
import type { View } from './results.tsx'
import {
  type Cell,
  cellOf,
  type Certificate,
  type Matrix,
  matricesOf,
  type Protocol,
  sentCertificates,
  tlsResult,
} from './tls.ts'

/** `TLSv1` → `TLS 1.0`. */
const nameOf = (version: string) => version.replace(/^TLSv(\d)$/, 'TLS $1.0').replace('TLSv', 'TLS ')

const states = { accepted: 'open', rejected: 'stopped', unclear: 'unknown' } as const
const marks = { chosen: 'done', 'not-judged': 'unknown', 'not-offered': 'stopped', unclear: 'unknown' } as const

/** Versions × cipher suites, as far as they are known, and the certificates that were sent. */
export function TlsView({ result }: View) {
  const told = tlsResult(result)
  const certificates = sentCertificates(told)
  return (
    <div class="stack">
      {matricesOf(told).map((matrix) => (
        <MatrixTable key={matrix.addresses.join()} matrix={matrix} />
      ))}
      {told.addresses
        .filter(({ protocols }) => protocols.length === 0)
        .map(({ address, outcome }) => (
          <p key={address}>
            <Chip kind="unknown" isPlain>
              <Theirs text={address} />: {reasonOf(outcome)}
            </Chip>
          </p>
        ))}
      {certificates.length === 0 ? null : <Certificates certificates={certificates} />}
    </div>
  )
}

const MatrixTable = ({ matrix: { addresses, suites, protocols } }: { readonly matrix: Matrix }) => (
  <div class="seen">
    <h3>
      <Theirs text={list(addresses)} />
    </h3>
    <Table
      caption={words.matrix(list(addresses))}
      className="matrix"
      rows={protocols}
      keyOf={({ version }) => version}
      columns={[
        { key: 'version', head: words.version, isHead: true, cell: ({ version }) => nameOf(version) },
        {
          key: 'state',
          head: words.offered,
          cell: ({ state, reason }) => (
            <>
              <Chip kind={states[state]} isPlain>
                {words.protocolStates[state]}
              </Chip>
              {reason === null ? null : <span class="sub">{reasonOf(reason)}</span>}
            </>
          ),
        },
        ...suites.map(
          (suite): Column<Protocol> => ({
            key: suite,
            head: suite,
            cell: (protocol) => <MatrixCell cell={cellOf(protocol, suite)} />,
          }),
        ),
        { key: 'others', head: words.otherSuites, cell: (protocol) => <MatrixCell cell={cellOf(protocol, '')} /> },
      ]}
    />
    <p class="soft s">{words.matrixNote}</p>
  </div>
)

const MatrixCell = ({ cell }: { readonly cell: Cell }) => (
  <span class={`cell ${cell}`}>
    <Icon name={marks[cell]} />
    {words.cells[cell]}
  </span>
)

const Certificates = ({ certificates }: { readonly certificates: readonly Certificate[] }) => (
  <Table
    caption={words.certificates}
    isCaptionHidden={false}
    rows={certificates}
    keyOf={({ fingerprint }) => fingerprint}
    columns={[
      {
        key: 'subject',
        head: words.subject,
        isHead: true,
        cell: ({ subject, fingerprint }) => (
          <>
            <Theirs text={subject ?? words.unreadable} />
            <span class="sub mono">{fingerprint.slice(0, 16)}…</span>
          </>
        ),
      },
      { key: 'issuer', head: words.issuer, cell: ({ issuer }) => <Theirs text={issuer ?? '–'} /> },
      {
        key: 'key',
        head: words.keyHead,
        cell: ({ key }) => (key === undefined ? '–' : `${key.type} ${key.curve ?? key.bits ?? ''}`),
      },
      {
        key: 'until',
        head: words.until,
        cell: ({ notAfter }) => (notAfter === undefined ? '–' : <When at={notAfter} as="date" />),
      },
    ]}
  />
)
