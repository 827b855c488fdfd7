import { Dialog } from '../parts/form.tsx'
import { shell } from '../words/shell.ts'
import type { Place } from './places.ts'
import { SingleKeys } from './single-keys.tsx'

export function Help({ places, onClose }: { readonly places: readonly Place[]; readonly onClose: () => void }) {
  const rows: readonly [keys: readonly string[], what: string][] = [
    [['Ctrl', 'K'], shell.keys.search],
    [['/'], shell.keys.search],
    [['?'], shell.keys.help],
    ...places.map(({ key, page }): [string[], string] => [['g', key], shell.keys.goTo(shell.pages[page])]),
  ]
  return (
    <Dialog title={shell.shortcuts} onClose={onClose}>
      <dl class="kv">
        {rows.map(([keys, what]) => (
          <div key={keys.join()}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <SingleKeys label={shell.shortcutsOff} />
    </Dialog>
  )
}
