import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'

type Answer = (hasShown: boolean) => void
interface Asking {
  readonly Ask: ComponentType<{ readonly onEnd: Answer }>
  readonly onEnd: Answer
}

let show: (asking: Asking | null) => void = () => {}
let asked: Promise<boolean> | null = null

/** Asks for a second factor; true once it was shown. Acts that need it at the same time wait for the same answer. */
export function stepUp(): Promise<boolean> {
  asked ??= ask().finally(() => {
    asked = null
  })
  return asked
}

/** The dialog is loaded when it is first needed. */
async function ask(): Promise<boolean> {
  const { StepUpDialog } = await import('./step-up-dialog.tsx')
  return new Promise((resolve) =>
    show({
      Ask: StepUpDialog,
      onEnd: (hasShown) => {
        show(null)
        resolve(hasShown)
      },
    }),
  )
}

export function StepUp() {
  const [asking, setAsking] = useState<Asking | null>(null)
  show = setAsking
  return asking === null ? null : <asking.Ask onEnd={asking.onEnd} />
}
