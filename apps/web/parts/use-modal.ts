import type { TargetedMouseEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * What makes a <dialog> modal as long as it is rendered: native, closed by Escape and by a click beside it. `isHeld`: a click does not close it, where
 * what it shows would be lost.
 */
export function useModal(onClose: () => void, isHeld = false) {
  const ref = useRef<HTMLDialogElement>(null)
  // At once, not after the page is drawn: what is typed next is for it.
  useLayoutEffect(() => ref.current?.showModal(), [])
  const close = () => ref.current?.close()
  const onClick = (event: TargetedMouseEvent<HTMLDialogElement>) => {
    if (!isHeld && event.target === ref.current) close()
  }
  return { close, props: { ref, onClose, onClick } }
}
