import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint, Dialog, Field, sent } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { tell as words } from '../../words/tell.ts'
import { Deliveries } from './deliveries.tsx'

export type Webhook = Operations['GET /v1/webhooks/{id}']['answer']
export type Keys = Operations['POST /v1/webhooks/{id}/rotate']['answer']['keys']

const overlapHours = 24
const eventNames = Object.keys(words.eventNames) as Webhook['events']

/** Of a form that has `Events`. */
export const eventsIn = (form: ReturnType<typeof sent>): Webhook['events'] =>
  eventNames.filter((name) => [form['event'] ?? []].flat().includes(name))

export const Events = ({ chosen }: { readonly chosen: readonly string[] }) => (
  <fieldset class="choices">
    <legend>{words.events}</legend>
    {eventNames.map((name) => (
      <label key={name}>
        <input type="checkbox" name="event" value={name} defaultChecked={chosen.includes(name)} />
        {words.eventNames[name]}
      </label>
    ))}
    <small>{words.eventsHint}</small>
  </fieldset>
)

type Asking = 'change' | 'rotate'

export function OneWebhook({
  webhook,
  onChange,
  onKeys,
}: {
  readonly webhook: Webhook
  readonly onChange: () => void
  readonly onKeys: (keys: Keys) => void
}) {
  const mayWrite = useMay()('webhooks:write')
  const [isOpen, setOpen] = useState(false)
  const [asking, setAsking] = useState<Asking | null>(null)
  const toggle = useAct('PATCH /v1/webhooks/{id}')
  const test = useAct('POST /v1/webhooks/{id}/test')
  const { id, name, url, format, isDisabled } = webhook
  const path = { id }
  const sendTest = async () => {
    if ((await test.run({ path })) === null) return
    setOpen(true)
    say(words.testSent)
  }
  return (
    <li class="one">
      <div class="mini-head">
        <span>
          <b>{name === '' ? url : name}</b> <span class="soft s">{words.formats[format]}</span>
          {name === '' ? null : <span class="sub mono s"> {url}</span>}
        </span>
        {mayWrite ? (
          <span class="links">
            <button class="button small" type="button" aria-disabled={test.isBusy} onClick={() => void sendTest()}>
              {words.test}
            </button>
            <button class="button small" type="button" onClick={() => setAsking('change')}>
              {words.change}
            </button>
            {format === 'standard' ? (
              <button class="button small" type="button" onClick={() => setAsking('rotate')}>
                {words.rotate} …
              </button>
            ) : null}
            <button
              class="button small"
              type="button"
              onClick={() => void toggle.run({ path, body: { isDisabled: !isDisabled } }).then(onChange)}
            >
              {isDisabled ? words.switchOn : words.switchOff}
            </button>
            <ConfirmedAct
              act="DELETE /v1/webhooks/{id}"
              input={{ path }}
              label={words.remove}
              about={name === '' ? url : name}
              title={words.removeWebhook}
              onDone={onChange}
            >
              <p>{words.removeWebhookText}</p>
            </ConfirmedAct>
          </span>
        ) : null}
      </div>
      <Stands webhook={webhook} />
      <Complaint error={toggle.error ?? test.error} />
      <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{words.deliveries}</summary>
        {isOpen ? <Deliveries id={id} /> : null}
      </details>
      {asking === 'change' ? (
        <ChangeWebhook webhook={webhook} onClose={() => setAsking(null)} onDone={onChange} />
      ) : asking === 'rotate' ? (
        <Rotate id={id} onClose={() => setAsking(null)} onKeys={onKeys} />
      ) : null}
    </li>
  )
}

const Stands = ({ webhook: { isDisabled, disabledReason, failingSince } }: { readonly webhook: Webhook }) =>
  isDisabled ? (
    <p>
      <Chip kind="stopped">
        {disabledReason === null || disabledReason === 'by-hand'
          ? words.off
          : `${words.disabledFor} ${reasonOf(disabledReason)}`}
      </Chip>
    </p>
  ) : failingSince === null ? null : (
    <p>
      <Chip kind="attention">
        {words.failing} <When at={failingSince} />
      </Chip>
    </p>
  )

interface Closing {
  readonly onClose: () => void
}

function ChangeWebhook({
  webhook: { id, name, format, events },
  onClose,
  onDone,
}: Closing & { readonly webhook: Webhook; readonly onDone: () => void }) {
  const change = useAct('PATCH /v1/webhooks/{id}')
  const [isNone, setNone] = useState(false)
  const act = async (form: ReturnType<typeof sent>) => {
    const url = String(form['new-url'] ?? '').trim()
    const chosen = eventsIn(form)
    const isEmptied = events.length > 0 && chosen.length === 0
    setNone(isEmptied)
    if (isEmptied) return
    const body = {
      name: String(form['new-name'] ?? ''),
      ...(url === '' ? {} : { url }),
      ...(chosen.length === 0 ? {} : { events: chosen }),
    }
    if ((await change.run({ path: { id }, body })) === null) return
    onClose()
    say(words.saved)
    onDone()
  }
  return (
    <Dialog title={words.changeWebhook} onClose={onClose}>
      <form class="form" onSubmit={(event) => void act(sent(event))}>
        <Field name="new-name" label={words.name} defaultValue={name} required maxLength={100} />
        <Field name="new-url" type="url" label={words.url} hint={words.urlKept} spellcheck={false} />
        {format === 'standard' ? <Events chosen={events} /> : null}
        <Complaint error={isNone ? new Error(words.eventsAtLeast) : change.error} />
        <div class="actions">
          <button class="button main" type="submit" aria-disabled={change.isBusy}>
            {common.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function Rotate({ id, onClose, onKeys }: Closing & { readonly id: string; readonly onKeys: (keys: Keys) => void }) {
  const rotate = useAct('POST /v1/webhooks/{id}/rotate')
  const act = async (form: ReturnType<typeof sent>) => {
    const made = await rotate.run({ path: { id }, body: { overlapHours: Number(form['overlap']) } })
    if (made === null) return
    onClose()
    onKeys(made.answer.keys)
  }
  return (
    <Dialog title={words.rotateTitle} onClose={onClose}>
      <form class="form" onSubmit={(event) => void act(sent(event))}>
        <p>{words.rotateText}</p>
        <Field
          name="overlap"
          type="number"
          min={0}
          max={168}
          label={words.overlap}
          defaultValue={overlapHours}
          required
        />
        <Complaint error={rotate.error} />
        <div class="actions">
          <button class="button main" type="submit" aria-disabled={rotate.isBusy}>
            {words.rotate}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
