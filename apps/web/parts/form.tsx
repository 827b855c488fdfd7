import type {
  ComponentChildren,
  InputHTMLAttributes,
  SelectHTMLAttributes,
  TargetedSubmitEvent,
  TextareaHTMLAttributes,
} from 'preact'
import { common } from '../words/common.ts'
import { wordsOf } from './answer.tsx'
import { Icon } from './icon.tsx'
import { useModal } from './use-modal.ts'

interface FieldFacts {
  /** Also the id; one of a page. */
  readonly name: string
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | null
}

const describedBy = ({ name, hint, error }: FieldFacts) =>
  [hint === undefined ? '' : `${name}-hint`, error == null ? '' : `${name}-error`].join(' ').trim() || undefined

const Frame = ({ children, ...facts }: FieldFacts & { readonly children: ComponentChildren }) => (
  <div class="field">
    <label for={facts.name}>{facts.label}</label>
    {facts.hint === undefined ? null : <small id={`${facts.name}-hint`}>{facts.hint}</small>}
    {children}
    {facts.error == null ? null : (
      <p class="error" id={`${facts.name}-error`}>
        <Icon name="attention" />
        {facts.error}
      </p>
    )}
  </div>
)

export const Field = ({ name, label, hint, error, ...input }: FieldFacts & InputHTMLAttributes<HTMLInputElement>) => (
  <Frame name={name} label={label} hint={hint} error={error ?? null}>
    <input
      id={name}
      name={name}
      autoComplete="off"
      {...input}
      aria-invalid={error == null ? undefined : true}
      aria-describedby={describedBy({ name, label, hint, error: error ?? null })}
    />
  </Frame>
)

export const TextField = ({
  name,
  label,
  hint,
  error,
  ...input
}: FieldFacts & TextareaHTMLAttributes<HTMLTextAreaElement>) => (
  <Frame name={name} label={label} hint={hint} error={error ?? null}>
    <textarea
      id={name}
      name={name}
      {...input}
      aria-describedby={describedBy({ name, label, hint, error: error ?? null })}
    />
  </Frame>
)

export const Select = ({
  name,
  label,
  hint,
  options,
  defaultValue,
  ...select
}: FieldFacts & {
  readonly options: readonly { readonly value: string; readonly label: string }[]
} & SelectHTMLAttributes<HTMLSelectElement>) => (
  <Frame name={name} label={label} hint={hint}>
    <span class="pick">
      <select id={name} name={name} {...select} aria-describedby={describedBy({ name, label, hint })}>
        {/* A select has no default of its own: the option that is chosen says so. */}
        {options.map(({ value, label }) => (
          <option key={value} value={value} selected={defaultValue === undefined ? undefined : value === defaultValue}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </span>
  </Frame>
)

/** What was refused, where the reader of a form is. */
export const Complaint = ({ error }: { readonly error: Error | null }) =>
  error === null ? null : (
    <p class="error" role="alert">
      <Icon name="attention" />
      {wordsOf(error)}
    </p>
  )

/** What a form that was sent says, by name; what is there several times (ticked boxes) as a list. */
export function sent(
  event: TargetedSubmitEvent<HTMLFormElement>,
): Readonly<Record<string, string | readonly string[]>> {
  event.preventDefault()
  const data = new FormData(event.currentTarget)
  return Object.fromEntries(
    [...new Set(data.keys())].map((name) => {
      const values = data.getAll(name).map((value) => (typeof value === 'string' ? value : value.name))
      return [name, values.length === 1 ? values[0]! : values]
    }),
  )
}

/** An act that needs a reason or cannot be undone. Open as long as it is rendered. */
export function Dialog({
  title,
  onClose,
  isHeld = false,
  children,
  foot,
}: {
  readonly title: string
  readonly onClose: () => void
  /** A click beside it does not close it: what it shows would be lost. */
  readonly isHeld?: boolean
  readonly children: ComponentChildren
  readonly foot?: ComponentChildren
}) {
  const { close, props } = useModal(onClose, isHeld)
  return (
    <dialog {...props} aria-label={title}>
      <div class="dialog-head">
        <h2>{title}</h2>
        <button class="button bare small" type="button" aria-label={common.close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div class="dialog-body">{children}</div>
      {foot === undefined ? null : <div class="dialog-foot">{foot}</div>}
    </dialog>
  )
}
