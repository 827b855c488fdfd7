import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Complaint, Dialog, Field, Select, sent, TextField } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { targets as words } from '../../words/targets.ts'
import { severities } from '../findings/filter.ts'
import { readTags } from './tags.ts'
import type { Target } from './target.tsx'

/** What is said of a target, and how it goes. */
export function Settings({ target, onSaved }: { readonly target: Target; readonly onSaved: () => void }) {
  const may = useMay()
  const change = useAct('PATCH /v1/targets/{id}')
  const [isErasing, setErasing] = useState(false)
  const path = { id: target.id }
  const mayWrite = may('targets:write')
  const save = async (form: Readonly<Record<string, string>>) => {
    const { name = '', tags = '', ownerContact = '', note = '', perSecond = '', open = '' } = form
    const leastSeverity = severities.find((one) => one === form['leastSeverity']) ?? null
    const pace =
      perSecond === '' || open === ''
        ? null
        : { connectionsPerSecond: Number(perSecond), openConnections: Number(open) }
    const body = {
      name,
      tags: readTags(tags),
      ownerContact,
      note,
      leastSeverity,
      pace,
      isWatched: form['isWatched'] === 'on',
    }
    if ((await change.run({ path, body })) === null) return
    say(words.saved)
    onSaved()
  }
  const archive = async (isArchived: boolean) => {
    if ((await change.run({ path, body: { isArchived } })) === null) return
    onSaved()
    say(words.saved, () => void change.run({ path, body: { isArchived: !isArchived } }).then(onSaved))
  }
  return (
    <Section id="settings" title={words.tabs.settings}>
      <form class="form narrow" onSubmit={(event) => void save(sent(event) as Record<string, string>)}>
        <fieldset class="form" disabled={!mayWrite}>
          <Field name="name" label={words.name} defaultValue={target.name} maxLength={100} />
          <Field name="tags" label={words.tags} hint={words.tagsHint} defaultValue={target.tags.join(', ')} />
          <Field
            name="ownerContact"
            label={words.owner}
            hint={words.ownerHint}
            defaultValue={target.ownerContact}
            maxLength={200}
          />
          <TextField name="note" label={words.note} defaultValue={target.note} maxLength={2000} />
          <Select
            name="leastSeverity"
            label={words.least}
            defaultValue={target.leastSeverity ?? ''}
            options={[
              { value: '', label: words.leastNone },
              ...severities.map((value) => ({ value, label: common.severity[value] })),
            ]}
          />
          <div class="two">
            <Field
              name="perSecond"
              type="number"
              min={1}
              label={words.perSecond}
              hint={words.paceHint}
              defaultValue={target.pace?.connectionsPerSecond ?? ''}
            />
            <Field
              name="open"
              type="number"
              min={1}
              label={words.open}
              defaultValue={target.pace?.openConnections ?? ''}
            />
          </div>
          <p class="choices">
            <label>
              <input type="checkbox" name="isWatched" defaultChecked={target.watchedSince !== null} />
              {words.watch}
            </label>
          </p>
          <Complaint error={change.error} />
          <div class="actions">
            <button class="button main" type="submit" aria-disabled={change.isBusy}>
              {common.save}
            </button>
            <button
              class="button"
              type="button"
              title={words.archiveText}
              onClick={() => void archive(!target.isArchived)}
            >
              {target.isArchived ? words.unarchive : words.archive}
            </button>
            {may('targets:erase') ? (
              <button class="button" type="button" onClick={() => setErasing(true)}>
                {words.erase}
              </button>
            ) : null}
          </div>
        </fieldset>
      </form>
      {isErasing ? <EraseDialog target={target} onClose={() => setErasing(false)} /> : null}
    </Section>
  )
}

function EraseDialog({ target, onClose }: { readonly target: Target; readonly onClose: () => void }) {
  const { route } = useLocation()
  const erase = useAct('POST /v1/targets/{id}/erasure')
  const act = async (canonical: string) => {
    if ((await erase.run({ path: { id: target.id }, body: { canonical } })) === null) return
    say(words.erased)
    route(pathTo('targets'))
  }
  return (
    <Dialog
      title={words.eraseTitle}
      onClose={onClose}
      foot={
        <>
          <button class="button" type="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button class="button danger" type="submit" form="erase" aria-disabled={erase.isBusy}>
            {words.erase}
          </button>
        </>
      }
    >
      <p>{words.eraseText}</p>
      <form id="erase" class="form" onSubmit={(event) => void act(String(sent(event)['canonical']).trim())}>
        <Field name="canonical" label={words.eraseConfirm(target.canonical)} required spellcheck={false} />
      </form>
      <Complaint error={erase.error} />
    </Dialog>
  )
}
