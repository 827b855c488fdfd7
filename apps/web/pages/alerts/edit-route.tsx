import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { TargetsField } from '../../parts/target-field.tsx'
import { common } from '../../words/common.ts'
import { ownZone } from '../../words/format.ts'
import { tell as words } from '../../words/tell.ts'
import { severities } from '../findings/filter.ts'
import { readTags } from '../target/tags.ts'
import { type Route, type RouteFacts, targetsOf } from './route-facts.ts'

/** What a route says: of which targets, from which severity on, to whom, and when. */
export function EditRoute({
  route,
  isBusy,
  error,
  onSave,
}: {
  readonly route?: Route
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onSave: (facts: RouteFacts) => void
}) {
  const maySeeWebhooks = useMay()('webhooks:read')
  const members = useAnswer('GET /v1/members', {})
  const webhooks = useAnswer('GET /v1/webhooks', maySeeWebhooks ? {} : null)
  const [ids, setIds] = useState<readonly string[]>(route?.targets.ids ?? [])
  // Several of these forms may stand in a page.
  const of = route?.id ?? 'new'
  const save = (form: ReturnType<typeof sent>) => {
    const text = (name: string) => String(form[`${name}-${of}`] ?? '').trim()
    const many = (name: string): string[] => [form[name] ?? []].flat()
    const [from, to] = [text('quiet-from'), text('quiet-to')]
    onSave({
      name: text('name'),
      targets: targetsOf(readTags(text('tags')), ids),
      leastSeverity: severities.find((one) => one === text('least')) ?? 'medium',
      toOwners: form['toOwners'] === 'on',
      toTargetOwner: form['toTargetOwner'] === 'on',
      // What could not be listed here is not taken out.
      userIds: members.data === undefined ? (route?.userIds ?? []) : many('user'),
      webhookIds: webhooks.data === undefined ? (route?.webhookIds ?? []) : many('webhook'),
      digestCron: text('digest') === '' ? null : text('digest'),
      quietHours: from === '' || to === '' ? null : { from, to },
      zone: text('zone'),
    })
  }
  return (
    <form class="form" onSubmit={(event) => save(sent(event))}>
      <Field name={`name-${of}`} label={words.name} defaultValue={route?.name ?? ''} required maxLength={100} />
      <Select
        name={`least-${of}`}
        label={words.least}
        defaultValue={route?.leastSeverity ?? 'medium'}
        options={severities.map((value) => ({ value, label: common.severity[value] }))}
      />
      <Field
        name={`tags-${of}`}
        label={words.tags}
        hint={words.tagsHint}
        defaultValue={route?.targets.tags?.join(', ') ?? ''}
      />
      <TargetsField name={`targets-${of}`} label={words.onlyTargets} ids={ids} onChange={setIds} />
      <fieldset class="choices">
        <legend>{words.whom}</legend>
        <label>
          <input type="checkbox" name="toOwners" defaultChecked={route?.toOwners ?? true} />
          {words.toOwners}
        </label>
        <label>
          <input type="checkbox" name="toTargetOwner" defaultChecked={route?.toTargetOwner ?? false} />
          {words.toTargetOwner}
        </label>
        <Answer of={members}>
          {({ members: all }) =>
            all.map(({ id, name, email }) => (
              <label key={id}>
                <input type="checkbox" name="user" value={id} defaultChecked={route?.userIds.includes(id) ?? false} />
                <span>
                  {name === '' ? email : name} <small>{words.byMail}</small>
                </span>
              </label>
            ))
          }
        </Answer>
        {(webhooks.data?.webhooks ?? []).map(({ id, name, url }) => (
          <label key={id}>
            <input type="checkbox" name="webhook" value={id} defaultChecked={route?.webhookIds.includes(id) ?? false} />
            <span>
              {name === '' ? url : name} <small>{words.byWebhook}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Field
        name={`digest-${of}`}
        label={words.digest}
        hint={words.digestHint}
        defaultValue={route?.digestCron ?? ''}
        spellcheck={false}
      />
      <div class="two">
        <Field
          name={`quiet-from-${of}`}
          type="time"
          label={words.quietFrom}
          defaultValue={route?.quietHours?.from ?? ''}
        />
        <Field name={`quiet-to-${of}`} type="time" label={words.quietTo} defaultValue={route?.quietHours?.to ?? ''} />
        <Field
          name={`zone-${of}`}
          label={words.zone}
          defaultValue={route?.zone ?? ownZone}
          required
          spellcheck={false}
        />
      </div>
      <Complaint error={error} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={isBusy}>
          {common.save}
        </button>
      </div>
    </form>
  )
}
