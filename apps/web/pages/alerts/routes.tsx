import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { list } from '../../words/format.ts'
import { tell as words } from '../../words/tell.ts'
import { severities } from '../findings/filter.ts'
import { readTags } from '../target/tags.ts'

/** Where news leads: by target and severity, to whom, at once or gathered. */
export function Routes() {
  const may = useMay()
  const routes = useAnswer('GET /v1/alert-routes', {})
  const change = useAct('PATCH /v1/alert-routes/{id}')
  const remove = useAct('DELETE /v1/alert-routes/{id}')
  const test = useAct('POST /v1/alert-routes/{id}/test')
  const mayWrite = may('alerts:write')
  return (
    <Section id="routes" title={words.tabs.routes} note={words.routesNote}>
      <Complaint error={change.error ?? remove.error ?? test.error} />
      <Answer of={routes}>
        {({ routes: all }) =>
          all.length === 0 ? (
            <Empty icon="alerts" title={words.routesEmpty} />
          ) : (
            <ul class="rows">
              {all.map((route) => (
                <li key={route.id} class="mini-head">
                  <span>
                    <b>{route.name}</b> {route.isDisabled ? <Chip kind="stopped">{words.off}</Chip> : null}
                    <span class="sub soft s">
                      {' '}
                      {words.least.toLowerCase()}: {common.severity[route.leastSeverity].toLowerCase()}
                      {route.targets.tags === null ? '' : `; ${list(route.targets.tags)}`}
                      {route.toOwners ? `; ${words.toOwners}` : ''}
                      {route.toTargetOwner ? `; ${words.toTargetOwner}` : ''}
                      {route.userIds.length === 0 ? '' : `; ${words.toPeople} (${route.userIds.length})`}
                      {route.webhookIds.length === 0 ? '' : `; ${words.toWebhooks} (${route.webhookIds.length})`}
                      {route.digestCron === null ? '' : `; ${route.digestCron} (${route.zone})`}
                      {route.quietHours === null
                        ? ''
                        : `; ${words.quietFrom} ${route.quietHours.from} ${words.quietTo} ${route.quietHours.to}`}
                    </span>
                  </span>
                  {mayWrite ? (
                    <span class="links">
                      <button
                        class="button small"
                        type="button"
                        onClick={() =>
                          void test
                            .run({ path: { id: route.id } })
                            .then((made) => made && say(words.tested(made.answer.mails + made.answer.webhooks)))
                        }
                      >
                        {words.test}
                      </button>
                      <button
                        class="button small"
                        type="button"
                        onClick={() =>
                          void change
                            .run({ path: { id: route.id }, body: { isDisabled: !route.isDisabled } })
                            .then(routes.reload)
                        }
                      >
                        {route.isDisabled ? words.switchOn : words.switchOff}
                      </button>
                      <button
                        class="button small"
                        type="button"
                        onClick={() => void remove.run({ path: { id: route.id } }).then(routes.reload)}
                      >
                        {words.remove}
                      </button>
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {mayWrite ? <MakeRoute onMade={routes.reload} /> : null}
    </Section>
  )
}

function MakeRoute({ onMade }: { readonly onMade: () => void }) {
  const may = useMay()
  const make = useAct('POST /v1/alert-routes')
  const members = useAnswer('GET /v1/members', {})
  const webhooks = useAnswer('GET /v1/webhooks', may('webhooks:read') ? {} : null)
  const act = async (form: ReturnType<typeof sent>) => {
    const text = (name: string) => String(form[name] ?? '').trim()
    const many = (name: string): string[] => [form[name] ?? []].flat()
    const tags = readTags(text('tags'))
    const made = await make.run({
      body: {
        name: text('name'),
        targets: tags.length === 0 ? {} : { tags },
        leastSeverity: severities.find((one) => one === text('least')) ?? 'medium',
        toOwners: text('toOwners') === 'on',
        toTargetOwner: text('toTargetOwner') === 'on',
        userIds: many('user'),
        webhookIds: many('webhook'),
        digestCron: text('digest') === '' ? null : text('digest'),
        quietHours:
          text('quietFrom') === '' || text('quietTo') === '' ? null : { from: text('quietFrom'), to: text('quietTo') },
        zone: text('zone'),
      },
    })
    if (made !== null) onMade()
  }
  return (
    <details class="as-table">
      <summary>{words.makeRoute}</summary>
      <form class="form narrow" onSubmit={(event) => void act(sent(event))}>
        <Field name="name" label={words.name} required maxLength={100} />
        <Select
          name="least"
          label={words.least}
          defaultValue="medium"
          options={severities.map((value) => ({ value, label: common.severity[value] }))}
        />
        <Field name="tags" label={words.tags} hint={words.tagsHint} />
        <fieldset class="choices">
          <legend>{words.told}</legend>
          <label>
            <input type="checkbox" name="toOwners" defaultChecked />
            {words.toOwners}
          </label>
          <label>
            <input type="checkbox" name="toTargetOwner" />
            {words.toTargetOwner}
          </label>
          {(members.data?.members ?? []).map(({ id, name, email }) => (
            <label key={id}>
              <input type="checkbox" name="user" value={id} />
              {name === '' ? email : name}
            </label>
          ))}
          {(webhooks.data?.webhooks ?? []).map(({ id, name, url }) => (
            <label key={id}>
              <input type="checkbox" name="webhook" value={id} />
              {name === '' ? url : name}
            </label>
          ))}
        </fieldset>
        <Field name="digest" label={words.digest} hint={words.digestHint} spellcheck={false} />
        <div class="two">
          <Field name="quietFrom" type="time" label={words.quietFrom} />
          <Field name="quietTo" type="time" label={words.quietTo} />
          <Field name="zone" label={words.zone} defaultValue={new Intl.DateTimeFormat().resolvedOptions().timeZone} />
        </div>
        <Complaint error={make.error} />
        <div class="actions">
          <button class="button" type="submit" aria-disabled={make.isBusy}>
            {words.makeRoute}
          </button>
        </div>
      </form>
    </details>
  )
}
