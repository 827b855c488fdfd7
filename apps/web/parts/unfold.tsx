import './unfold.css'
import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** A form behind a button, native; `done` closes it, empties it, and leads the keyboard back to the button. */
export function Unfold({
  label,
  isOpen,
  children,
}: {
  readonly label: string
  readonly isOpen?: boolean
  readonly children: (done: () => void) => ComponentChildren
}) {
  const details = useRef<HTMLDetailsElement>(null)
  const [round, setRound] = useState(0)
  const done = () => {
    setRound(round + 1)
    if (details.current === null) return
    details.current.open = false
    details.current.querySelector('summary')?.focus()
  }
  return (
    <details class="unfold" ref={details} open={isOpen}>
      <summary class="button">
        <Icon name="plus" />
        {label}
      </summary>
      <div class="unfolded" key={round}>
        {children(done)}
      </div>
    </details>
  )
}
