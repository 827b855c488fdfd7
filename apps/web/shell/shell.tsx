import type { ComponentChildren } from 'preact'
import { useLocation } from 'preact-iso/router'
import { useRef, useState } from 'preact/hooks'
import { useMay, useMe } from '../api/me.ts'
import { useAnswer } from '../api/use-answer.ts'
import { NoAnswer } from '../api/ask.ts'
import { ChartDefinitions } from '../parts/coverage.tsx'
import { Icon } from '../parts/icon.tsx'
import { pathTo } from '../paths.ts'
import { common } from '../words/common.ts'
import { shell } from '../words/shell.ts'
import { Help } from './help.tsx'
import { isAt, type Place, placesFor } from './places.ts'
import { Palette } from './palette.tsx'
import { StepUp } from './step-up.tsx'
import { Toasts } from './toasts.tsx'
import { useShortcuts } from './shortcuts.ts'

const groups = ['watch', 'tell', 'run'] as const

/** The frame around every page. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const me = useMe()
  const { path, route } = useLocation()
  const [open, setOpen] = useState<'palette' | 'help' | null>(null)
  const menu = useRef<HTMLElement>(null)
  const places = placesFor(me)
  const mayScan = useMay()('scans:write')
  useShortcuts(places, {
    goTo: (page) => route(pathTo(page)),
    search: () => setOpen('palette'),
    help: () => setOpen('help'),
  })

  return (
    <div class="shell">
      <a class="skip" href="#main">
        {shell.skip}
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <Icon name="mark" />
          <span>Portlight</span>
        </a>
        <button class="find" type="button" onClick={() => setOpen('palette')} aria-keyshortcuts="Control+K">
          <Icon name="search" />
          <span>{shell.find}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <button class="button bare menu-button" type="button" popovertarget="nav">
          <Icon name="menu" />
          {shell.menu}
        </button>
      </header>
      <nav class="nav" id="nav" popover ref={menu} aria-label={shell.main} onClick={() => hide(menu.current)}>
        {mayScan ? (
          <p class="nav-scan">
            <a href={pathTo('newScan')}>
              <Icon name="plus" />
              {shell.pages.newScan}
            </a>
          </p>
        ) : null}
        {groups.map((group) => (
          <PlaceGroup key={group} group={group} places={places.filter((place) => place.group === group)} path={path} />
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        <Standing />
        {children}
      </main>
      <ChartDefinitions />
      <Toasts />
      <StepUp />
      {open === 'palette' ? <Palette places={places} onClose={() => setOpen(null)} /> : null}
      {open === 'help' ? <Help places={places} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}

const hide = (menu: HTMLElement | null) => {
  if (menu?.matches(':popover-open') === true) menu.hidePopover()
}

const PlaceGroup = ({
  group,
  places,
  path,
}: {
  readonly group: Place['group']
  readonly places: readonly Place[]
  readonly path: string
}) => (
  <>
    <h2>{shell.groups[group]}</h2>
    <ul>
      {places.map((place) => (
        <li key={place.page}>
          <a href={pathTo(place.page)} aria-current={isAt(path, place) ? 'page' : undefined}>
            <Icon name={iconOf(place.page)} />
            {shell.pages[place.page]}
          </a>
        </li>
      ))}
    </ul>
  </>
)

const iconOf = (page: Place['page']) =>
  (({ risk: 'attention', batches: 'reports', instance: 'lock' }) as Partial<Record<Place['page'], string>>)[page] ??
  page

const askMillis = 15_000

/** What concerns every page: nobody answers, or nothing is sent to any target. */
function Standing() {
  const { data, error } = useAnswer('GET /v1/outward', {}, { everyMillis: askMillis })
  return (
    <>
      {error instanceof NoAnswer ? (
        <div class="notice unknown" role="status">
          <Icon name="unknown" />
          <p>{common.noAnswer}</p>
        </div>
      ) : null}
      {data?.isOff === true ? (
        <div class="notice critical" role="status">
          <Icon name="stopped" />
          <p>{shell.outwardOff(data.reason)}</p>
        </div>
      ) : null}
    </>
  )
}
