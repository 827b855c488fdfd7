import { useEffect, useRef } from 'preact/hooks'
import type { Place } from './places.ts'

interface Acts {
  readonly goTo: (page: Place['page']) => void
  readonly search: () => void
  readonly help: () => void
}

/** How long after `g` the second key counts. */
const chordMillis = 1500

const stored = 'single-keys'
/** Single keys can be switched off (WCAG 2.1.4): speech input types them by accident. */
export const areSingleKeysOn = (): boolean => localStorage.getItem(stored) !== 'off'
export const switchSingleKeys = (isOn: boolean): void => localStorage.setItem(stored, isOn ? 'on' : 'off')

/** Ctrl K searches; where single keys are on `/` does too, `?` shows the shortcuts, and `g` with a letter goes to a page. */
export function useShortcuts(places: readonly Place[], acts: Acts): void {
  const chordUntil = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault()
        acts.search()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !areSingleKeysOn()) return
      if (document.querySelector('dialog[open]') !== null) return
      if (event.timeStamp < chordUntil.current) {
        chordUntil.current = 0
        const place = places.find(({ key }) => key === event.key)
        if (place !== undefined) acts.goTo(place.page)
      } else if (event.key === 'g') chordUntil.current = event.timeStamp + chordMillis
      else if (event.key === '?') acts.help()
      else if (event.key === '/') {
        event.preventDefault()
        acts.search()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}

/** The field of a dialog that was just closed has the keys until the page is drawn anew. */
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input, select, textarea')) &&
  target.closest('dialog:not([open])') === null
