import { useEffect, useState } from 'preact/hooks'
import { common } from '../words/common.ts'

interface Toast {
  readonly id: number
  readonly sentence: string
  readonly undo?: (() => void) | undefined
}

const plainMillis = 5000
/** WCAG 2.2.1: time enough to read, and to reach the button. */
const undoMillis = 20_000

let show: (toast: Toast) => void = () => {}
let count = 0

/** Says that an act was taken, with the way back where there is one; never the only trace of it. */
export function say(sentence: string, undo?: () => void): void {
  count += 1
  show({ id: count, sentence, undo })
}

export function Toasts() {
  const [toast, setToast] = useState<Toast | null>(null)
  show = setToast
  useEffect(() => {
    if (toast === null) return
    const timer = setTimeout(() => setToast(null), toast.undo === undefined ? plainMillis : undoMillis)
    return () => clearTimeout(timer)
  }, [toast])
  const undo = toast?.undo
  return (
    <div class="toasts" role="status">
      {toast === null ? null : (
        <div class="toast" key={toast.id}>
          {toast.sentence}
          {undo === undefined ? null : (
            <button
              class="button"
              type="button"
              onClick={() => {
                setToast(null)
                undo()
              }}
            >
              {common.undo}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
