import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Dialog, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { shell } from '../../words/shell.ts'
import { targets as words } from '../../words/targets.ts'
import { readTags } from '../target/tags.ts'

export default function Targets() {
  const may = useMay()
  const { query, route } = useLocation()
  const [isAdding, setAdding] = useState(false)
  const { text = '', tag = '', archived = '' } = query
  const asked = {
    ...(text === '' ? {} : { text }),
    ...(tag === '' ? {} : { tag }),
    ...(archived === 'true' ? { archived } : {}),
  }
  const pages = usePages('GET /v1/targets', { query: { limit: 50, ...(asked as object) } }, ({ targets }) => targets)
  const change = (part: Readonly<Record<string, string>>) =>
    route(pathTo('targets', {}, { text, tag, archived, ...part }))
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
      <form
        class="filters"
        role="search"
        onSubmit={(event) => {
          const { text = '', tag = '' } = sent(event) as Record<string, string>
          change({ text: text.trim(), tag: tag.trim() })
        }}
      >
        <Field key={text} name="text" type="search" label={words.text} defaultValue={text} maxLength={200} />
        <Field key={`tag ${tag}`} name="tag" label={words.tag} defaultValue={tag} maxLength={50} />
        <Select
          name="archived"
          label={words.shown}
          value={archived}
          options={[
            { value: '', label: words.active },
            { value: 'true', label: words.archived },
          ]}
          onChange={({ currentTarget }) => change({ archived: currentTarget.value })}
        />
        <button class="visually-hidden" type="submit">
          {shell.find}
        </button>
      </form>
      <Rows
        of={pages}
        empty={
          <Empty icon="targets" title={words.empty} action={add}>
            {words.emptyText}
          </Empty>
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
                cell: ({ id, display, name }) => (
                  <>
                    <a class="row-link" href={pathTo('target', { id })}>
                      <Theirs text={display} />
                    </a>
                    {name === '' ? null : <span class="sub">{name}</span>}
                  </>
                ),
              },
              {
                key: 'tags',
                head: words.tags,
                cell: ({ tags }) => (
                  <span class="links">
                    {tags.map((tag) => (
                      <a key={tag} class="tag" href={pathTo('targets', {}, { tag })}>
                        {tag}
                      </a>
                    ))}
                  </span>
                ),
              },
              {
                key: 'watched',
                head: words.watched,
                cell: ({ watchedSince }) =>
                  watchedSince === null ? (
                    <Chip kind="stopped" isPlain>
                      {words.notWatched}
                    </Chip>
                  ) : (
                    <When at={watchedSince} />
                  ),
              },
              { key: 'added', head: words.added, cell: ({ createdAt }) => <When at={createdAt} /> },
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
