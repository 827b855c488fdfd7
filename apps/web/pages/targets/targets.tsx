import './style.css'
import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { FilterField, FilterForm } from '../../parts/filter-form.tsx'
import { Complaint, Dialog, Field, Select, sent } from '../../parts/form.tsx'
import { Chip, Count, ScanChip, SeverityMark } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { number } from '../../words/format.ts'
import { shell } from '../../words/shell.ts'
import { targets as words } from '../../words/targets.ts'
import { proofChips } from '../target/proof-chips.ts'
import { readTags } from '../target/tags.ts'
import { askedBy, type Filter, filterOf, proofs } from './filter.ts'

export default function Targets() {
  const may = useMay()
  const { query, route } = useLocation()
  const [isAdding, setAdding] = useState(false)
  const filter = filterOf(query)
  const pages = usePages('GET /v1/targets', { query: { limit: 50, ...askedBy(filter) } }, ({ targets }) => targets)
  const change = (part: Partial<Filter>) => route(pathTo('targets', {}, { ...filter, ...part }))
  const isNarrowed = Object.keys(askedBy(filter)).length > 0
  const add = may('targets:write') ? (
    <button class="button main" type="button" onClick={() => setAdding(true)}>
      {words.add}
    </button>
  ) : undefined
  return (
    <Page
      title={shell.pages.targets}
      actions={
        may('targets:write') ? (
          <>
            <a class="button" href={pathTo('batches', {}, { purpose: 'targets' })}>
              {words.addMany}
            </a>
            {add}
          </>
        ) : undefined
      }
    >
      <FilterForm label={words.list} className="targets-filters" typed={['text', 'tag']} change={change}>
        <FilterField name="text" label={words.text} value={filter.text} maxLength={200} />
        <FilterField name="tag" label={words.tag} value={filter.tag} maxLength={50} />
        <Select
          name="proof"
          label={words.tabs.proof}
          value={filter.proof}
          options={[
            { value: '', label: words.anyProof },
            ...proofs.map((value) => ({ value, label: words.proofs[value] })),
          ]}
          onChange={({ currentTarget }) => change({ proof: currentTarget.value })}
        />
        <Select
          name="untold"
          label={words.untold}
          value={filter.untold}
          options={[
            { value: '', label: words.anyUntold },
            { value: 'true', label: words.hasUntold },
            { value: 'false', label: words.noUntold },
          ]}
          onChange={({ currentTarget }) => change({ untold: currentTarget.value })}
        />
        <Select
          name="archived"
          label={words.shown}
          value={filter.archived}
          options={[
            { value: '', label: words.active },
            { value: 'true', label: words.archived },
          ]}
          onChange={({ currentTarget }) => change({ archived: currentTarget.value })}
        />
      </FilterForm>
      <Rows
        of={pages}
        empty={
          isNarrowed ? (
            <Empty
              icon="targets"
              title={words.empty}
              action={
                <a class="button" href={pathTo('targets')}>
                  {words.showAll}
                </a>
              }
            />
          ) : (
            <Empty icon="targets" title={words.emptyYet} action={add}>
              {words.emptyText}
            </Empty>
          )
        }
      >
        {(rows) => (
          <Table
            caption={words.list}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'host',
                head: common.target,
                isHead: true,
                cell: ({ id, display, name, tags, watchedSince }) => (
                  <>
                    <a class="row-link" href={pathTo('target', { id })}>
                      <Theirs text={display} />
                    </a>
                    {name === '' ? null : <span class="sub">{name}</span>}
                    <span class="links">
                      {tags.map((tag) => (
                        <a key={tag} class="tag" href={pathTo('targets', {}, { ...filter, tag })}>
                          {tag}
                        </a>
                      ))}
                      {watchedSince === null ? (
                        <Chip kind="stopped" isPlain>
                          {words.notWatched}
                        </Chip>
                      ) : null}
                    </span>
                  </>
                ),
              },
              {
                key: 'worst',
                head: words.worstOpen,
                cell: ({ id, standing: { worst, open, notRetested } }) =>
                  worst === null ? (
                    <span class="faint">{words.noneOpen}</span>
                  ) : (
                    <>
                      <SeverityMark severity={worst} />{' '}
                      <a class="n" href={pathTo('findings', {}, { target: id, decision: 'none' })}>
                        {words.openFindings(open)}
                      </a>
                      {notRetested === 0 ? null : (
                        <span class="sub">
                          <Count
                            n={notRetested}
                            href={pathTo('findings', {}, { target: id, retested: 'false' })}
                            isUnknown
                          />
                          {words.notRetestedAfter(notRetested)}
                        </span>
                      )}
                    </>
                  ),
              },
              {
                key: 'untold',
                head: words.untold,
                isNumber: true,
                cell: ({ standing: { untold, lastScan } }) =>
                  lastScan === null || untold === 0 ? (
                    number(untold)
                  ) : (
                    <Count n={untold} href={pathTo('scan', { id: lastScan.id }, { tab: 'untold' })} isUnknown />
                  ),
              },
              {
                key: 'last',
                head: words.lastScan,
                cell: ({ standing: { lastScan } }) =>
                  lastScan === null ? (
                    <span class="faint">{common.never}</span>
                  ) : (
                    <>
                      <a href={pathTo('scan', { id: lastScan.id })}>
                        <When at={lastScan.createdAt} />
                      </a>
                      <span class="sub">
                        <ScanChip status={lastScan.status} isPlain />
                      </span>
                    </>
                  ),
              },
              {
                key: 'proof',
                head: words.tabs.proof,
                cell: ({ id, standing: { proof } }) => (
                  <a class="quiet-link" href={pathTo('target', { id }, { tab: 'proof' })}>
                    <Chip kind={proofChips[proof]} isPlain>
                      {words.proofs[proof]}
                    </Chip>
                  </a>
                ),
              },
            ]}
          />
        )}
      </Rows>
      {isAdding ? <AddDialog onClose={() => setAdding(false)} /> : null}
    </Page>
  )
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { route } = useLocation()
  const add = useAct('POST /v1/targets')
  const act = async ({ target = '', tags = '' }: Readonly<Record<string, string>>) => {
    const made = await add.run({ body: { target: target.trim(), tags: readTags(tags) } })
    if (made !== null) route(pathTo('target', { id: made.answer.id }))
  }
  return (
    <Dialog
      title={words.add}
      onClose={onClose}
      foot={
        <button class="button main" type="submit" form="add-target" aria-disabled={add.isBusy}>
          {words.add}
        </button>
      }
    >
      <form id="add-target" class="form" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
        <Field
          name="target"
          label={words.host}
          hint={words.hostHint}
          required
          autoCapitalize="none"
          spellcheck={false}
        />
        <Field name="tags" label={words.tags} hint={words.tagsHint} />
        <Complaint error={add.error} />
      </form>
    </Dialog>
  )
}
