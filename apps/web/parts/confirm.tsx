import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Asked } from '../../client/index.ts'
import type { Operations } from '../api/ask.ts'
import { useAct } from '../api/use-act.ts'
import { common } from '../words/common.ts'
import { Complaint, Dialog } from './form.tsx'

interface ConfirmedActFacts<Name extends keyof Operations> {
  readonly act: Name
  readonly input: Asked<Name>
  /** On the button; `about` says to a screen reader which row's it is. */
  readonly label: string
  readonly about?: string
  readonly title: string
  /** On the button that does it; the label where left out. */
  readonly go?: string
  /** On the button that does not. */
  readonly stay?: string
  readonly isDanger?: boolean
  readonly isSmall?: boolean
  readonly onDone: (answer: Operations[Name]['answer']) => void
  /** What will happen, and what will not. */
  readonly children: ComponentChildren
}

/** A button for what cannot be undone: what will happen is said first. Afterwards one stands where the button was, also where it is gone. */
export function ConfirmedAct<Name extends keyof Operations>({
  act: name,
  input,
  label,
  about,
  title,
  go = label,
  stay = common.cancel,
  isDanger = true,
  isSmall = true,
  onDone,
  children,
}: ConfirmedActFacts<Name>) {
  const act = useAct(name)
  const [isAsking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const section = useRef<HTMLElement | null>(null)
  const run = async () => {
    const done = await act.run(input)
    if (done === null) return
    section.current = opener.current?.closest('section') ?? document.getElementById('main')
    setAsking(false)
    onDone(done.answer)
  }
  useLayoutEffect(() => {
    if (isAsking || section.current === null) return
    section.current.tabIndex = -1
    section.current.focus({ preventScroll: true })
    section.current = null
  }, [isAsking])
  return (
    <>
      <button
        class={isSmall ? 'button small' : 'button'}
        type="button"
        ref={opener}
        aria-label={about === undefined ? undefined : `${label}: ${about}`}
        onClick={() => setAsking(true)}
      >
        {label}
      </button>
      {isAsking ? (
        <Dialog
          title={title}
          onClose={() => setAsking(false)}
          foot={
            <>
              <button class="button" type="button" onClick={() => setAsking(false)}>
                {stay}
              </button>
              <button
                class={isDanger ? 'button danger' : 'button main'}
                type="button"
                aria-disabled={act.isBusy}
                onClick={() => void run()}
              >
                {go}
              </button>
            </>
          }
        >
          {children}
          <Complaint error={act.error} />
        </Dialog>
      ) : null}
    </>
  )
}
