import type { ComponentChildren } from 'preact'
import { CopyButton } from './copy.tsx'
import { Icon } from './icon.tsx'

/** Characters that cannot be seen, or that turn the reading around: controls, format characters, separators, surrogates, private use. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u
const split = /([\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}])/u

const named: Readonly<Record<string, string>> = {
  '\u0000': 'NUL',
  '\u001b': 'ESC',
  '\r': 'CR',
  '\u007f': 'DEL',
  '\u0007': 'BEL',
}
const codeOf = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')

/** What a target sent, its invisible characters spelled out in boxes; line ends and tabs stay what they are. Never ours, never markup. */
export const Theirs = ({ text }: { readonly text: string }) => (
  <bdi class="theirs">
    {text.split(split).map((part, i) =>
      i % 2 === 1 && part !== '\n' && part !== '\t' ? (
        <span class="ctl" key={i}>
          {named[part] ?? `U+${codeOf(part)}`}
        </span>
      ) : (
        part
      ),
    )}
  </bdi>
)

/** As it may be copied: what cannot be seen leaves as an escape. */
const escaped = (text: string): string =>
  text.replaceAll(new RegExp(unseen, 'gu'), (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${codeOf(character).toLowerCase()}}`,
  )

/** What a target sent, with its source and instant. */
export const Evidence = ({
  source,
  text,
  isUnknown = false,
}: {
  readonly source: ComponentChildren
  readonly text: string
  readonly isUnknown?: boolean
}) => (
  <figure class={isUnknown ? 'evidence unknown' : 'evidence'}>
    <figcaption>
      <Icon name="quote" />
      <span>{source}</span>
      <CopyButton text={escaped(text)} />
    </figcaption>
    <pre tabIndex={0}>
      <Theirs text={text} />
    </pre>
  </figure>
)
