import './style.css'
import { useLocation } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Page } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { newScan } from '../../words/new-scan.ts'
import { submissionOf } from './submission.ts'

const hints: Readonly<Record<string, string>> = newScan.scannerHints

/** One field, and a scan: the first thing that anybody does here. */
export default function NewScan() {
  const { query, route } = useLocation()
  const may = useMay()
  const [target, setTarget] = useState(query['target'] ?? '')
  const [isAttested, setAttested] = useState(false)
  const [hasNone, setNone] = useState(false)
  const scanners = useAnswer('GET /v1/scanners', {})
  const submit = useAct('POST /v1/scans')

  const begin = async (form: ReturnType<typeof sent>) => {
    const body = submissionOf(form, scanners.data?.scanners.map(({ name }) => name) ?? [])
    setNone(body === null)
    const accepted = body === null ? null : await submit.run({ body })
    if (accepted !== null) route(pathTo('scan', { id: accepted.answer.id }))
  }

  return (
    <Page title={newScan.title}>
      <div class="split">
        <form class="form" onSubmit={(event) => void begin(sent(event))}>
          <Field
            name="target"
            label={newScan.target}
            hint={newScan.targetHint}
            required
            autoFocus
            autoCapitalize="none"
            spellcheck={false}
            value={target}
            onInput={({ currentTarget }) => setTarget(currentTarget.value)}
          />
          <Answer of={scanners}>
            {({ scanners }) => (
              <fieldset class="choices scanner-choices">
                <legend>{newScan.asked}</legend>
                {scanners.map(({ name, title }) => (
                  <label key={name}>
                    <input type="checkbox" name="scanner" value={name} defaultChecked />
                    <span>
                      <b>{title}</b>
                      <small>{hints[name]}</small>
                    </span>
                  </label>
                ))}
                {hasNone ? <Complaint error={new Error(newScan.pickOne)} /> : null}
              </fieldset>
            )}
          </Answer>
          <details>
            <summary>{newScan.more}</summary>
            <div class="two">
              <Field name="ports" label={newScan.ports} hint={newScan.portsHint} placeholder="top-1000" />
              <Field name="tlsPort" label={newScan.tlsPort} type="number" min={1} max={65_535} placeholder="443" />
            </div>
          </details>
          {may('targets:attest') ? (
            <fieldset class="choices">
              <legend>{newScan.may}</legend>
              <label>
                <input
                  type="radio"
                  name="right"
                  value="proved"
                  checked={!isAttested}
                  onChange={() => setAttested(false)}
                />
                <span>
                  <b>{newScan.passive}</b>
                  <small>{newScan.passiveHint}</small>
                </span>
              </label>
              <label>
                <input
                  type="radio"
                  name="right"
                  value="attested"
                  checked={isAttested}
                  onChange={() => setAttested(true)}
                />
                <span>
                  <b>{newScan.attest}</b>
                  <small>{newScan.attestHint}</small>
                </span>
              </label>
              {isAttested ? <Field name="attest" label={newScan.sentence} required maxLength={1000} /> : null}
            </fieldset>
          ) : (
            <p class="soft">{newScan.passiveHint}</p>
          )}
          <Complaint error={submit.error} />
          <div class="actions">
            <button class="button main" type="submit" aria-disabled={submit.isBusy}>
              {newScan.submit}
            </button>
          </div>
        </form>
        <aside class="promise" aria-labelledby="expect">
          <h2 id="expect">{newScan.expect}</h2>
          <ul>
            {newScan.promises.map(({ icon, title, text }) => (
              <li key={icon}>
                <Icon name={icon} className={icon} />
                <p>
                  <b>{title}</b> {text}
                </p>
              </li>
            ))}
          </ul>
          <div class="stack">
            <h3>{newScan.terminal}</h3>
            <Command text={`npx portlight scan ${target.trim() === '' ? 'example.org' : shellWord(target.trim())}`} />
          </div>
        </aside>
      </div>
    </Page>
  )
}

const shellWord = (text: string) => (/^[\w.:[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)
