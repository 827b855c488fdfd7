import type { ComponentChildren } from 'preact'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { common } from '../../words/common.ts'
import { queues as words } from '../../words/queues.ts'

/** An act on the instance: what it does, and why somebody wants it. Open as long as it is rendered. */
export const Reasoned = ({
  title,
  act,
  text,
  isBusy,
  error,
  onAct,
  onClose,
}: {
  readonly title: string
  readonly act: string
  readonly text: ComponentChildren
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onAct: (reason: string) => void
  readonly onClose: () => void
}) => (
  <Dialog
    title={title}
    onClose={onClose}
    foot={
      <>
        <button class="button" type="button" onClick={onClose}>
          {common.cancel}
        </button>
        <button class="button main" type="submit" form="reasoned" aria-disabled={isBusy}>
          {act}
        </button>
      </>
    }
  >
    <p>{text}</p>
    <form id="reasoned" class="form" onSubmit={(event) => onAct(String(sent(event)['reason']))}>
      <Field name="reason" label={words.reason} hint={words.reasonHint} required maxLength={300} />
    </form>
    <Complaint error={error} />
  </Dialog>
)
