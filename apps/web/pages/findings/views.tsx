import { useState } from 'preact/hooks'
import { Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { pathTo } from '../../paths.ts'
import { finding as words } from '../../words/finding.ts'
import { andWorse, type Filter } from './filter.ts'

interface View {
  readonly name: string
  readonly query: Readonly<Record<string, string>>
}

const builtIn: readonly View[] = [
  { name: words.builtIn.open, query: {} },
  { name: words.builtIn.urgent, query: { severity: andWorse('high') } },
  { name: words.builtIn.regressed, query: { state: 'regressed' } },
  { name: words.builtIn.untested, query: { retested: 'false' } },
  { name: words.builtIn.accepted, query: { decision: 'accepted' } },
  { name: words.builtIn.fixed, query: { state: 'fixed', sort: 'changed' } },
]

const store = 'finding-views'
function stored(): readonly View[] {
  try {
    return JSON.parse(localStorage.getItem(store) ?? '[]') as View[]
  } catch {
    return []
  }
}

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? '') === (b[name] ?? ''))

/** Views by name: an address each. One's own are kept in this browser; whoever gets the address sees the same. */
export function Views({ filter }: { readonly filter: Filter }) {
  const [own, setOwn] = useState(stored())
  const keep = (views: readonly View[]) => {
    localStorage.setItem(store, JSON.stringify(views))
    setOwn(views)
  }
  const isNamed = [...builtIn, ...own].some(({ query }) => isSame(query, filter))
  return (
    <nav class="applied" aria-label={words.views}>
      {[...builtIn, ...own].map(({ name, query }) => (
        <a
          key={name}
          class="button"
          href={pathTo('findings', {}, query)}
          aria-current={isSame(query, filter) ? 'true' : undefined}
        >
          {name}
        </a>
      ))}
      {own.map(({ name }) => (
        <button
          key={name}
          class="button bare"
          type="button"
          aria-label={words.forgetView(name)}
          title={words.forgetView(name)}
          onClick={() => keep(own.filter((view) => view.name !== name))}
        >
          <Icon name="close" />
        </button>
      ))}
      {isNamed ? null : (
        <details class="keep-view">
          <summary>{words.saveView}</summary>
          <form
            onSubmit={(event) => {
              const name = String(sent(event)['name']).trim()
              if (name !== '') keep([...own.filter((view) => view.name !== name), { name, query: filter }])
            }}
          >
            <Field name="name" label={words.viewName} required maxLength={60} />
          </form>
        </details>
      )}
    </nav>
  )
}
