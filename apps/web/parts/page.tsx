import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { common } from '../words/common.ts'
import { Icon } from './icon.tsx'

export interface Crumb {
  readonly label: string
  readonly href: string
}

interface PageFacts {
  readonly title: string
  /** Beside the title: how it stands. */
  readonly state?: ComponentChildren
  readonly crumbs?: readonly Crumb[]
  /** Under the title, in small print. */
  readonly note?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly children?: ComponentChildren
}

/** A page from its title on; the browser's tab says it too. */
export function Page({ title, state, crumbs = [], note, actions, children }: PageFacts) {
  useEffect(() => {
    document.title = `${title} · Portlight`
  }, [title])
  return (
    <>
      {crumbs.length === 0 ? null : (
        <nav class="crumbs" aria-label={common.whereItStands}>
          <ol>
            {crumbs.map(({ label, href }) => (
              <li key={href}>
                <a href={href}>{label}</a>
                <Icon name="chevron-right" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <header class="page-head">
        <div class="page-title">
          <h1>{title}</h1>
          {state}
        </div>
        {note === undefined ? null : <p class="page-note">{note}</p>}
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

/** A part of a page with its own heading, which `id` makes an address. */
export const Section = ({
  id,
  title,
  note,
  end,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly note?: ComponentChildren
  /** At the end of the heading's line: a link to all of it, or an act. */
  readonly end?: ComponentChildren
  readonly children: ComponentChildren
}) => (
  <section class="section" aria-labelledby={id}>
    <div class="section-head">
      <h2 id={id}>{title}</h2>
      {note === undefined ? null : <p>{note}</p>}
      {end === undefined ? null : <div class="end">{end}</div>}
    </div>
    {children}
  </section>
)

/** Where nothing is yet: what will stand here, and the act that begins it. */
export const Empty = ({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: string
  readonly title: string
  readonly children?: ComponentChildren
  readonly action?: ComponentChildren
}) => (
  <div class="empty">
    <Icon name={icon} />
    <strong>{title}</strong>
    {children === undefined ? null : <p>{children}</p>}
    {action}
  </div>
)

export interface Tab {
  readonly label: string
  readonly href: string
  readonly count?: number | string
  readonly isCurrent: boolean
}

/** Parts of one thing, each with an address. */
export const Tabs = ({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) => (
  <nav class="tabs" aria-label={label}>
    <ul>
      {tabs.map(({ label, href, count, isCurrent }) => (
        <li key={href}>
          <a href={href} aria-current={isCurrent ? 'page' : undefined}>
            {label}
            {count === undefined ? null : <span class="count">{count}</span>}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)
