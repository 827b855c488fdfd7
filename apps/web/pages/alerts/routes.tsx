import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Dialog } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { list } from '../../words/format.ts'
import { tell as words } from '../../words/tell.ts'
import { EditRoute } from './edit-route.tsx'
import { askedAgain, type Route, type RouteFacts } from './route-facts.ts'

/** Where news leads: by target and severity, to whom, at once or gathered. */
export function Routes() {
  const mayWrite = useMay()('alerts:write')
  const routes = useAnswer('GET /v1/alert-routes', {})
  const make = useAct('POST /v1/alert-routes')
  const restore = useAct('POST /v1/alert-routes')
  const remove = useAct('DELETE /v1/alert-routes/{id}')
  const add = async (body: RouteFacts, done: () => void) => {
    if ((await make.run({ body })) === null) return
    done()
    routes.reload()
  }
  const take = async (route: Route) => {
    if ((await remove.run({ path: { id: route.id } })) === null) return
    routes.reload()
    say(words.routeRemoved(route.name), () => void restore.run({ body: askedAgain(route) }).then(routes.reload))
  }
  return (
    <Section id="routes" title={words.tabs.routes} note={words.routesNote}>
      <Complaint error={remove.error ?? restore.error} />
      <Answer of={routes}>
        {({ routes: all }) =>
          all.length === 0 ? (
            <Empty icon="alerts" title={words.routesEmpty}>
              {words.routesEmptyText}
            </Empty>
          ) : (
            <ul class="rows">
              {all.map((route) => (
                <OneRoute
                  key={route.id}
                  route={route}
                  mayWrite={mayWrite}
                  onChange={routes.reload}
                  onRemove={() => void take(route)}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      {mayWrite ? (
        <Unfold label={words.makeRoute}>
          {(done) => <EditRoute isBusy={make.isBusy} error={make.error} onSave={(body) => void add(body, done)} />}
        </Unfold>
      ) : null}
    </Section>
  )
}

function OneRoute({
  route,
  mayWrite,
  onChange,
  onRemove,
}: {
  readonly route: Route
  readonly mayWrite: boolean
  readonly onChange: () => void
  readonly onRemove: () => void
}) {
  const change = useAct('PATCH /v1/alert-routes/{id}')
  const test = useAct('POST /v1/alert-routes/{id}/test')
  const [isEditing, setEditing] = useState(false)
  const path = { id: route.id }
  return (
    <li class="one">
      <div class="mini-head">
        <span>
          <b>{route.name === '' ? words.unnamed : route.name}</b>{' '}
          {route.isDisabled ? <Chip kind="stopped">{words.off}</Chip> : null}
        </span>
        {mayWrite ? (
          <span class="links">
            <button
              class="button small"
              type="button"
              aria-disabled={test.isBusy}
              onClick={() =>
                void test
                  .run({ path })
                  .then((made) => made && say(words.tested(made.answer.mails, made.answer.webhooks)))
              }
            >
              {words.test}
            </button>
            <button class="button small" type="button" onClick={() => setEditing(true)}>
              {words.change}
            </button>
            <button
              class="button small"
              type="button"
              onClick={() => void change.run({ path, body: { isDisabled: !route.isDisabled } }).then(onChange)}
            >
              {route.isDisabled ? words.switchOn : words.switchOff}
            </button>
            <button class="button small" type="button" onClick={onRemove}>
              {words.remove}
            </button>
          </span>
        ) : null}
      </div>
      <Says route={route} />
      {isEditing ? null : <Complaint error={change.error ?? test.error} />}
      {isEditing ? (
        <Dialog title={words.changeRoute(route.name)} onClose={() => setEditing(false)}>
          <EditRoute
            route={route}
            isBusy={change.isBusy}
            error={change.error}
            onSave={(body) =>
              void change.run({ path, body }).then((done) => {
                if (done === null) return
                setEditing(false)
                say(words.saved)
                onChange()
              })
            }
          />
        </Dialog>
      ) : null}
    </li>
  )
}

const Says = ({ route }: { readonly route: Route }) => {
  const { tags, ids } = route.targets
  const which = [...(tags ?? []), ...(ids === null ? [] : [words.targetsNamed(ids.length)])]
  const whom = [
    ...(route.toOwners ? [words.owners] : []),
    ...(route.toTargetOwner ? [words.targetOwner] : []),
    ...(route.userIds.length === 0 ? [] : [words.members(route.userIds.length)]),
    ...(route.webhookIds.length === 0 ? [] : [words.webhookCount(route.webhookIds.length)]),
  ]
  return (
    <dl class="kv s">
      <div>
        <dt>{words.what}</dt>
        <dd>
          {words.fromOn(common.severity[route.leastSeverity])}, {which.length === 0 ? words.everyTarget : list(which)}
        </dd>
      </div>
      <div>
        <dt>{words.whom}</dt>
        <dd>{whom.length === 0 ? words.toldNobody : list(whom)}</dd>
      </div>
      <div>
        <dt>{words.whenTold}</dt>
        <dd>
          {route.digestCron === null ? words.atOnce : words.gathered(route.digestCron, route.zone)}
          {route.quietHours === null ? '' : `; ${words.quiet(route.quietHours.from, route.quietHours.to, route.zone)}`}
        </dd>
      </div>
    </dl>
  )
}
