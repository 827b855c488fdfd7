import type { ComponentChildren } from 'preact'
import { common } from '../words/common.ts'
import { number } from '../words/format.ts'
import { Icon } from './icon.tsx'

export type Severity = keyof typeof common.severity

/** Shape and word; the colour is the third sign. */
export const SeverityMark = ({ severity }: { readonly severity: Severity }) => (
  <span class={`sev ${severity}`}>
    <Icon name={`severity-${severity}`} />
    {common.severity[severity]}
  </span>
)

interface ChipFacts {
  /** A symbol of icons.svg, and the class that colours it. */
  readonly kind: string
  readonly isPlain?: boolean
  readonly children: ComponentChildren
}

/** How something stands: a symbol and words; a dashed line (`unknown`) where it could not be told. */
export const Chip = ({ kind, isPlain = false, children }: ChipFacts) => (
  <span class={`chip ${kind}${isPlain ? ' plain' : ''}`}>
    <Icon name={kind} className={kind === 'running' ? 'turning' : ''} />
    {children}
  </span>
)

const scanKinds = {
  queued: 'queued',
  running: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: 'stopped',
  refused: 'refused',
} as const

export const ScanChip = ({
  status,
  isPlain = false,
}: {
  readonly status: keyof typeof scanKinds
  readonly isPlain?: boolean
}) => (
  <Chip kind={scanKinds[status]} isPlain={isPlain}>
    {common.scanStatus[status]}
  </Chip>
)

const runKinds = { ...scanKinds, inconclusive: 'unknown', 'not-asked': 'stopped' } as const

export const RunChip = ({
  status,
  isPlain = false,
}: {
  readonly status: keyof typeof runKinds
  readonly isPlain?: boolean
}) => (
  <Chip kind={runKinds[status]} isPlain={isPlain}>
    {common.runStatus[status]}
  </Chip>
)

/** A count that leads to its rows; dashed where it counts what could not be told. */
export const Count = ({
  n,
  href,
  isUnknown = false,
  children,
}: {
  readonly n: number
  readonly href: string
  readonly isUnknown?: boolean
  readonly children?: ComponentChildren
}) => (
  <a class={isUnknown ? 'n unknown' : 'n'} href={href}>
    {number(n)}
    {children}
  </a>
)

interface StatFacts {
  readonly n: number
  readonly of: string
  readonly note?: string
  readonly href: string
  readonly isUnknown?: boolean
}

/** Figures side by side, each the link to its rows. */
export const Stats = ({ label, stats }: { readonly label: string; readonly stats: readonly StatFacts[] }) => (
  <ul class="stats" aria-label={label}>
    {stats.map(({ n, of, note, href, isUnknown = false }) => (
      <li key={of}>
        <a class={isUnknown && n > 0 ? 'stat unknown' : 'stat'} href={href}>
          <b>{number(n)}</b>
          <span class="stat-of">{of}</span>
          {note === undefined ? null : <small>{note}</small>}
        </a>
      </li>
    ))}
  </ul>
)
