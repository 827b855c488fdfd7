import { useState } from 'preact/hooks'
import { areSingleKeysOn, switchSingleKeys } from './shortcuts.ts'

/** Switches single keys on and off, wherever that is offered. */
export function SingleKeys({ label, hint }: { readonly label: string; readonly hint?: string }) {
  const [isOn, setOn] = useState(areSingleKeysOn())
  return (
    <p class="choices">
      <label>
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ currentTarget }) => {
            switchSingleKeys(currentTarget.checked)
            setOn(currentTarget.checked)
          }}
        />
        <span>
          {label}
          {hint === undefined ? null : <small>{hint}</small>}
        </span>
      </label>
    </p>
  )
}
