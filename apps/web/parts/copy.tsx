import { common } from '../words/common.ts'
import { say } from '../shell/toasts.tsx'
import { Icon } from './icon.tsx'

export function CopyButton({ text }: { readonly text: string }) {
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => say(common.copied),
      () => say(common.notCopied),
    )
  return (
    <button class="button bare small" type="button" onClick={copy}>
      <Icon name="copy" />
      {common.copy}
    </button>
  )
}

/** Words of ours to copy: a command, or with `isText` what to publish somewhere. */
export const Command = ({ text, isText = false }: { readonly text: string; readonly isText?: boolean }) => (
  <div class={isText ? 'command text' : 'command'}>
    <code>{text}</code>
    <CopyButton text={text} />
  </div>
)
