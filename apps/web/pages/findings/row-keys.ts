import { useEffect, useRef } from 'preact/hooks'
import { areSingleKeysOn } from '../../shell/shortcuts.ts'

/** In a table of rows with a tick and a link: `j` and `k` go down and up, `x` ticks; where single keys are on. */
export function useRowKeys(): { readonly current: HTMLDivElement | null } {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !areSingleKeysOn() || isElsewhere(event.target)) return
      const rows = [...(box.current?.querySelectorAll<HTMLElement>('tbody tr') ?? [])]
      const at = rows.findIndex((row) => row.contains(document.activeElement))
      if (event.key === 'j' || event.key === 'k') {
        const next = rows[at === -1 ? 0 : at + (event.key === 'j' ? 1 : -1)]
        next?.querySelector<HTMLElement>('.row-link')?.focus()
      } else if (event.key === 'x' && at !== -1) rows[at]!.querySelector<HTMLElement>('input[type="checkbox"]')?.click()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return box
}

const isElsewhere = (target: EventTarget | null) =>
  document.querySelector('dialog[open]') !== null ||
  (target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type="checkbox"]), select, textarea')))
