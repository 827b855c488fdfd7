import icons from '../icons.svg?no-inline'

/** A symbol of icons.svg, for the eye only: the words stand beside it. */
export const Icon = ({ name, className = '' }: { readonly name: string; readonly className?: string }) => (
  <svg class={`icon ${className}`} aria-hidden="true">
    <use href={`${icons}#${name}`} />
  </svg>
)
