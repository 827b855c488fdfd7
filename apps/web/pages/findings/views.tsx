import { useState } from 'preact/hooks'
import { Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Tabs } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { finding as words } from '../../words/finding.ts'
import { number } from '../../words/format.ts'
import { andWorse, type Filter, isSame } from './filter.ts'

interface View {
  readonly name: string
  readonly query: Readonly<Record<string, string>>
}

const builtIn: readonly View[] = [
  { name: words.builtIn.open, query: {} },
  { name: words.builtIn.urgent, query: { severity: andWorse('high'), decision: 'none' } },
  { name: words.builtIn.recent, query: { since: '7d' } },
  { name: words.builtIn.regressed, query: { state: 'regressed' } },
  { name: words.builtIn.untested, query: { retested: 'false' } },
  { name: words.builtIn.accepted, query: { decision: 'accepted' } },
  { name: words.builtIn.endsSoon, query: { decision: 'accepted', until: '30d' } },
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

/** Views by name: an address each. One's own are kept in this browser; whoever gets the address sees the same. */
export function Views({ filter, total }: { readonly filter: Filter; readonly total: number | undefined }) {
  const [own, setOwn] = useState(stored())
  const keep = (views: readonly View[]) => {
    localStorage.setItem(store, JSON.stringify(views))
    setOwn(views)
  }
  const current = [...builtIn, ...own].find(({ query }) => isSame(query, filter))
  const mine = own.find((view) => view === current)
  const forget = ({ name }: View) => {
    keep(own.filter((view) => view.name !== name))
    say(words.viewForgotten, () => keep(own))
  }
  return (
    <div class="views">
      <Tabs
        label={words.views}
        tabs={[...builtIn, ...own].map((view) => ({
          label: view.name,
          href: pathTo('findings', {}, view.query),
          isCurrent: view === current,
          ...(view === current && total !== undefined ? { count: number(total) } : {}),
        }))}
      />
      {mine === undefined ? null : (
        <button class="button bare small" type="button" onClick={() => forget(mine)}>
          <Icon name="close" />
          {words.forgetView(mine.name)}
        </button>
      )}
      {current === undefined ? (
        <details class="keep-view">
          <summary class="button small">{words.saveView}</summary>
          <form
            class="form"
            onSubmit={(event) => {
              const name = String(sent(event)['name']).trim()
              if (name === '') return
              keep([...own.filter((view) => view.name !== name), { name, query: filter }])
              say(words.viewKept)
            }}
          >
            <Field name="name" label={words.viewName} hint={words.viewHint} required maxLength={60} />
          </form>
        </details>
      ) : null}
    </div>
  )
}
