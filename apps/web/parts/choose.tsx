import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { common } from '../words/common.ts'
import { Complaint, Dialog, sent } from './form.tsx'

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  /** What it means for whoever gets it. */
  readonly hint?: string
}

/** A button that leads to one of several choices, each with what it means; nothing changes before it is saved. */
export function Choose<Value extends string>({
  name,
  label,
  about,
  title,
  choices,
  value,
  act,
  onChoose,
  children,
}: {
  /** Of the form; one of a page. */
  readonly name: string
  readonly label: string
  readonly about: string
  readonly title: string
  readonly choices: readonly Choice<Value>[]
  readonly value: Value
  readonly act: { readonly isBusy: boolean; readonly error: Error | null }
  /** @returns whether it was done */
  readonly onChoose: (value: Value) => Promise<boolean>
  readonly children?: ComponentChildren
}) {
  const [isOpen, setOpen] = useState(false)
  const save = async (chosen: unknown) => {
    const choice = choices.find(({ value }) => value === chosen)
    if (choice === undefined || choice.value === value || (await onChoose(choice.value))) setOpen(false)
  }
  return (
    <>
      <button class="button small" type="button" aria-label={`${label}: ${about}`} onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen ? (
        <Dialog
          title={title}
          onClose={() => setOpen(false)}
          foot={
            <>
              <button class="button" type="button" onClick={() => setOpen(false)}>
                {common.cancel}
              </button>
              <button class="button main" type="submit" form={name} aria-disabled={act.isBusy}>
                {common.save}
              </button>
            </>
          }
        >
          <form id={name} onSubmit={(event) => void save(sent(event)['choice'])}>
            <fieldset class="choices">
              <legend class="visually-hidden">{title}</legend>
              {choices.map((choice) => (
                <label key={choice.value}>
                  <input type="radio" name="choice" value={choice.value} defaultChecked={choice.value === value} />
                  <span>
                    <b>{choice.label}</b>
                    {choice.hint === undefined ? null : <small>{choice.hint}</small>}
                  </span>
                </label>
              ))}
            </fieldset>
          </form>
          {children}
          <Complaint error={act.error} />
        </Dialog>
      ) : null}
    </>
  )
}
