import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../api/me.ts'
import { useAnswer } from '../api/use-answer.ts'
import { Icon } from '../parts/icon.tsx'
import { Theirs } from '../parts/evidence.tsx'
import { useModal } from '../parts/use-modal.ts'
import { pathTo } from '../paths.ts'
import { titleOf } from '../words/findings.ts'
import { dateAndTime } from '../words/format.ts'
import { shell } from '../words/shell.ts'
import type { Place } from './places.ts'

interface Option {
  readonly group: keyof typeof shell.paletteGroups
  readonly icon: string
  readonly label: string
  readonly key?: string
  readonly host?: string
  readonly href: string
}

const looksLikeHost = (text: string) => /^[^\s/]+[.:][^\s/]+$/.test(text)

/** Search for what is watched, or go to a page: a combobox (ARIA Authoring Practices) in a dialog. */
export function Palette({ places, onClose }: { readonly places: readonly Place[]; readonly onClose: () => void }) {
  const { route } = useLocation()
  const mayScan = useMay()('scans:write')
  const { close, props } = useModal(onClose)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const q = text.trim()
  const { data } = useAnswer('GET /v1/search', q === '' ? null : { query: { q } })

  const options: readonly Option[] = [
    ...(data?.targets ?? []).map(
      ({ id, display }): Option => ({
        group: 'targets',
        icon: 'targets',
        label: display,
        href: pathTo('target', { id }),
      }),
    ),
    ...(data?.findings ?? []).map(
      (finding): Option => ({
        group: 'findings',
        icon: 'findings',
        label: titleOf(finding),
        host: finding.target.display,
        href: pathTo('finding', { id: finding.id }),
      }),
    ),
    ...(data?.scans ?? []).map(
      ({ id, createdAt, target }): Option => ({
        group: 'scans',
        icon: 'scans',
        label: dateAndTime(createdAt),
        host: target.display,
        href: pathTo('scan', { id }),
      }),
    ),
    ...[...(mayScan ? [{ page: 'newScan' as const, key: '' }] : []), ...places]
      .filter(({ page }) => shell.pages[page].toLowerCase().includes(q.toLowerCase()))
      .map(
        ({ page, key }): Option => ({
          group: 'pages',
          icon: page === 'newScan' ? 'plus' : page,
          label: shell.pages[page],
          key,
          href: pathTo(page),
        }),
      ),
    ...(mayScan && looksLikeHost(q)
      ? [
          {
            group: 'scans' as const,
            icon: 'plus',
            label: shell.scanThis(q),
            href: pathTo('newScan', {}, { target: q }),
          },
        ]
      : []),
  ]
  const chosen = Math.min(at, options.length - 1)
  const go = (option: Option | undefined) => {
    if (option === undefined) return
    close()
    route(option.href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && options.length > 0) {
      event.preventDefault()
      setAt((chosen + step + options.length) % options.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(options[chosen])
    }
  }

  return (
    <dialog {...props} class="palette" aria-label={shell.paletteLabel}>
      <div class="palette-ask">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={shell.paletteLabel}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={options.length === 0 ? undefined : `palette-${chosen}`}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          placeholder={shell.paletteHint}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div class="palette-list" id="palette-list" role="listbox" aria-label={shell.paletteLabel}>
        {options.map((option, i) => (
          <div
            key={option.href}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => go(option)}
            ref={(element) => {
              if (i === chosen) element?.scrollIntoView({ block: 'nearest' })
            }}
          >
            <Icon name={option.icon} />
            <bdi>{option.label}</bdi>
            {option.host === undefined ? null : (
              <span class="soft">
                <Theirs text={option.host} />
              </span>
            )}
            {option.key === undefined ? (
              <span class="aside">{shell.paletteGroups[option.group]}</span>
            ) : option.key === '' ? null : (
              <kbd>g {option.key}</kbd>
            )}
          </div>
        ))}
        {options.length === 0 ? <p class="faint">{shell.paletteNothing}</p> : null}
      </div>
      <p class="palette-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {shell.keys.move}
        </span>
        <span>
          <kbd>↵</kbd> {shell.keys.open}
        </span>
        <span>
          <kbd>Esc</kbd> {shell.keys.close}
        </span>
      </p>
    </dialog>
  )
}
