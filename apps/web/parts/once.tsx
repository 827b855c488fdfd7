import type { ComponentChildren } from 'preact'
import { inBoth } from '../words/language.ts'
import { Command } from './copy.tsx'
import { Dialog } from './form.tsx'

const words = inBoth({
  en: { stored: 'I have stored it' },
  de: { stored: 'Ich habe es verwahrt' },
})

/** A secret that is shown this once; it stays until whoever reads says that it is kept. */
export const Once = ({
  title,
  secret,
  onStored,
  children,
}: {
  readonly title: string
  readonly secret: string
  readonly onStored: () => void
  readonly children: ComponentChildren
}) => (
  <Dialog
    title={title}
    isHeld
    onClose={onStored}
    foot={
      <button class="button main" type="button" onClick={onStored}>
        {words.stored}
      </button>
    }
  >
    {children}
    <Command text={secret} isText />
  </Dialog>
)
