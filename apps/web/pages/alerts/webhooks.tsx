import { useEffect, useRef, useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { tell as words } from '../../words/tell.ts'
import { Events, eventsIn, type Keys, OneWebhook } from './webhook.tsx'

const formats = ['standard', 'slack', 'json'] as const

/** Programs and chats that are told. */
export function Webhooks() {
  const may = useMay()
  const webhooks = useAnswer('GET /v1/webhooks', {})
  const [keys, setKeys] = useState<Keys | null>(null)
  return (
    <Section id="webhooks" title={words.tabs.webhooks} note={words.webhooksNote}>
      {keys === null ? null : <ShownKeys keys={keys} onKept={() => setKeys(null)} />}
      <Answer of={webhooks}>
        {({ webhooks: all }) =>
          all.length === 0 ? (
            <Empty icon="alerts" title={words.webhooksEmpty}>
              {words.webhooksEmptyText}
            </Empty>
          ) : (
            <ul class="rows">
              {all.map((webhook) => (
                <OneWebhook key={webhook.id} webhook={webhook} onChange={webhooks.reload} onKeys={setKeys} />
              ))}
            </ul>
          )
        }
      </Answer>
      {may('webhooks:write') ? (
        <Unfold label={words.makeWebhook}>
          {(done) => (
            <MakeWebhook
              onMade={(keys) => {
                done()
                setKeys(keys)
                webhooks.reload()
              }}
            />
          )}
        </Unfold>
      ) : null}
    </Section>
  )
}

function MakeWebhook({ onMade }: { readonly onMade: (keys: Keys | null) => void }) {
  const make = useAct('POST /v1/webhooks')
  const [format, setFormat] = useState<(typeof formats)[number]>('standard')
  const act = async (form: ReturnType<typeof sent>) => {
    const events = format === 'standard' ? eventsIn(form) : []
    const body = { url: String(form['url']).trim(), name: String(form['name']), format }
    const made = await make.run({ body: { ...body, ...(events.length === 0 ? {} : { events }) } })
    // A chat's messages are not signed, so its keys are of no use.
    if (made !== null) onMade(format === 'standard' ? made.answer.keys : null)
  }
  return (
    <form class="form" onSubmit={(event) => void act(sent(event))}>
      <Select
        name="format"
        label={words.format}
        value={format}
        onChange={({ currentTarget }) => setFormat(formats.find((one) => one === currentTarget.value) ?? 'standard')}
        options={formats.map((value) => ({ value, label: words.formats[value] }))}
      />
      <Field name="url" type="url" label={words.url} required spellcheck={false} />
      <Field name="name" label={words.name} maxLength={100} />
      {format === 'standard' ? <Events chosen={[]} /> : null}
      <Complaint error={make.error} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={make.isBusy}>
          {words.makeWebhook}
        </button>
      </div>
    </form>
  )
}

/** Until they are put away; the reader is led to them, since they are shown this once. */
function ShownKeys({ keys, onKept }: { readonly keys: Keys; readonly onKept: () => void }) {
  const notice = useRef<HTMLDivElement>(null)
  useEffect(() => notice.current?.focus(), [keys])
  return (
    <div class="notice" ref={notice} tabIndex={-1} role="group" aria-label={words.keysOnce}>
      <div class="stack">
        <p>{words.keysOnce}</p>
        <b>{words.secret}</b>
        <Command text={keys.secret} isText />
        <b>{words.publicKey}</b>
        <Command text={keys.publicKey} isText />
        <b>{words.publicKeyPem}</b>
        <Command text={keys.publicKeyPem} isText />
        <p>
          <button class="button" type="button" onClick={onKept}>
            {words.kept}
          </button>
        </p>
      </div>
    </div>
  )
}
