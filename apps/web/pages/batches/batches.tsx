import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import type { Asked } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { Complaint, Field, Select, TextField } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Page, Section } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { shell } from '../../words/shell.ts'
import { batches as listWords } from '../../words/batches.ts'
import { tell as words } from '../../words/tell.ts'
import { batchChips } from './chips.ts'
import { readPasted } from './pasted.ts'
import { uploadFile } from './upload-file.ts'

const purposes = ['scans', 'targets'] as const

/** Lists of many hosts: give one, and see what became of the others. */
export default function Batches() {
  const may = useMay()
  const pages = usePages('GET /v1/batches', { query: { limit: 50 } }, ({ batches }) => batches, { everyMillis: 5000 })
  return (
    <Page title={shell.pages.batches} note={<span>{words.listsNote}</span>}>
      {may('scans:write') ? <Upload /> : null}
      <Section id="lists" title={words.lists}>
        <Rows of={pages} empty={<Empty icon="reports" title={words.listsEmpty} />}>
          {(rows) => (
            <Table
              caption={words.lists}
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'name',
                  head: words.name,
                  isHead: true,
                  cell: ({ id, name }) => (
                    <a class="row-link" href={pathTo('batch', { id })}>
                      {name === '' ? id.slice(0, 13) : name}
                    </a>
                  ),
                },
                { key: 'purpose', head: words.purpose, cell: ({ purpose }) => words.purposes[purpose] },
                {
                  key: 'status',
                  head: common.state,
                  cell: ({ status }) => (
                    <Chip kind={batchChips[status]} isPlain>
                      {words.status[status]}
                    </Chip>
                  ),
                },
                { key: 'at', head: common.when, cell: ({ createdAt }) => <When at={createdAt} /> },
              ]}
            />
          )}
        </Rows>
      </Section>
    </Page>
  )
}

function Upload() {
  const { query, route } = useLocation()
  const upload = useAct('POST /v1/batches')
  const [error, setError] = useState<Error | null>(null)
  const act = async (form: FormData) => {
    setError(null)
    const text = (name: string) => {
      const value = form.get(name)
      return typeof value === 'string' ? value.trim() : ''
    }
    const file = form.get('file')
    const asked: NonNullable<Asked<'POST /v1/batches'>['query']> = {
      ...(text('name') === '' ? {} : { name: text('name') }),
      purpose: text('purpose') === 'targets' ? 'targets' : 'scans',
      dryRun: form.has('dryRun') ? 'true' : 'false',
      ...scannersOf(form),
    }
    try {
      if (file instanceof File && file.size > 0) return route(pathTo('batch', { id: await uploadFile(file, asked) }))
      const pasted = readPasted(text('paste'))
      if (pasted.kind === 'csv')
        return route(pathTo('batch', { id: await uploadFile(new File([pasted.text], 'pasted.csv'), asked) }))
      if (pasted.hosts.length === 0) throw new Error(words.tooMuch)
      const made = await upload.run({ query: asked, body: { rows: pasted.hosts } })
      if (made !== null) route(pathTo('batch', { id: made.answer.id }))
    } catch (error) {
      setError(error as Error)
    }
  }
  return (
    <Section id="upload" title={words.upload}>
      <form
        class="form narrow"
        onSubmit={(event) => {
          event.preventDefault()
          void act(new FormData(event.currentTarget))
        }}
      >
        <Field name="name" label={words.name} hint={listWords.nameHint} maxLength={100} />
        <Field
          name="file"
          type="file"
          label={words.file}
          hint={listWords.fileHint}
          accept=".csv,.ndjson,.jsonl,.json,.txt,text/csv,application/x-ndjson,application/json"
        />
        <TextField name="paste" label={words.paste} hint={listWords.pasteHint} rows={5} spellcheck={false} />
        <Select
          name="purpose"
          label={words.purpose}
          defaultValue={query['purpose'] === 'targets' ? 'targets' : 'scans'}
          options={purposes.map((value) => ({ value, label: words.purposes[value] }))}
        />
        <WhichScanners />
        <p class="choices">
          <label>
            <input type="checkbox" name="dryRun" defaultChecked />
            <span>
              {words.dryRun}
              <small>{listWords.dryRunHint}</small>
            </span>
          </label>
        </p>
        <Complaint error={error ?? upload.error} />
        <div class="actions">
          <button class="button main" type="submit" aria-disabled={upload.isBusy}>
            {words.read}
          </button>
        </div>
      </form>
    </Section>
  )
}

/** Nothing said is all of them: what comes with a later version then is asked too. */
const scannersOf = (form: FormData) => {
  const left = form.getAll('scanner').map(String)
  return form.has('scannersShown') && left.length < Number(form.get('scannersShown')) && left.length > 0
    ? { scanners: left.join(',') }
    : {}
}

function WhichScanners() {
  const scanners = useAnswer('GET /v1/scanners', {})
  if (scanners.data === undefined) return null
  return (
    <details class="as-table">
      <summary>
        <Icon name="chevron-right" />
        {listWords.scanners}
      </summary>
      <input type="hidden" name="scannersShown" value={scanners.data.scanners.length} />
      <div class="choices">
        {scanners.data.scanners.map(({ name, title }) => (
          <label key={name}>
            <input type="checkbox" name="scanner" value={name} defaultChecked />
            {title}
          </label>
        ))}
      </div>
    </details>
  )
}
