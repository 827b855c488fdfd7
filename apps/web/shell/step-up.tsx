import lazy from 'preact-iso/lazy'
import { useState } from 'preact/hooks'

const StepUpDialog = lazy(() => import('./step-up-dialog.tsx'))

type Answer = (hasShown: boolean) => void
let show: (answer: Answer | null) => void = () => {}
let asking: Promise<boolean> | null = null

/** Asks for a second factor; true once it was shown. Acts that need it at the same time wait for the same answer. */
export function stepUp(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) =>
    show((hasShown) => {
      show(null)
      asking = null
      resolve(hasShown)
    }),
  )
  return asking
}

export function StepUp() {
  const [answer, setAnswer] = useState<Answer | null>(null)
  show = (answer) => setAnswer(() => answer)
  return answer === null ? null : <StepUpDialog onEnd={answer} />
}
