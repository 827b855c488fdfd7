import './style.css'
import { useLocation } from 'preact-iso/router'
import { useEffect, useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { Problem } from '../../api/ask.ts'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer, wordsOf } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { newScan } from '../../words/new-scan.ts'
import { shell } from '../../words/shell.ts'
import { Right } from './right.tsx'
import { ScannerChoice } from './scanner-choice.tsx'
import { submissionOf } from './submission.ts'

export type Scanner = Operations['GET /v1/scanners']['answer']['scanners'][number]

/** What the API says of the host, and not of what is asked. */
const isAboutTarget = (error: Error | null) => error instanceof Problem && error.fields.includes('target')

export default function NewScan() {
  const may = useMay()
  if (may('scans:write')) return <Ask />
  return (
    <Page title={shell.pages.newScan}>
      <Empty
        icon="lock"
        title={newScan.mayNot}
        action={
          <a class="button main" href={pathTo('scans')}>
            {newScan.toScans}
          </a>
        }
      />
    </Page>
  )
}

/** One field, and a scan: the first thing that anybody does here. */
function Ask() {
  const { query, route } = useLocation()
  const may = useMay()
  const [target, setTarget] = useState(query['target'] ?? '')
  const [isAttested, setAttested] = useState(false)
  const [hasNone, setNone] = useState(false)
  const scanners = useAnswer('GET /v1/scanners', {})
  const submit = useAct('POST /v1/scans')

  useEffect(() => {
    if (isAboutTarget(submit.error)) document.getElementById('target')?.focus()
  }, [submit.error])

  const begin = async (form: ReturnType<typeof sent>) => {
    const body = submissionOf(form, scanners.data?.scanners ?? [])
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
            error={isAboutTarget(submit.error) ? wordsOf(submit.error!) : null}
            required
            autoFocus
            autoCapitalize="none"
            spellcheck={false}
            value={target}
            onInput={({ currentTarget }) => setTarget(currentTarget.value)}
          />
          <Answer of={scanners}>
            {({ scanners }) => (
              <fieldset class="scanner-choices">
                <legend>{newScan.asked}</legend>
                <ul>
                  {scanners.map((scanner) => (
                    <ScannerChoice key={scanner.name} scanner={scanner} isAttested={isAttested} />
                  ))}
                </ul>
                {hasNone ? <Complaint error={new Error(newScan.pickOne)} /> : null}
              </fieldset>
            )}
          </Answer>
          <Right mayAttest={may('targets:attest')} isAttested={isAttested} onChoose={setAttested} />
          {isAboutTarget(submit.error) ? null : <Complaint error={submit.error} />}
          <div class="actions">
            <button class="button main" type="submit" aria-disabled={submit.isBusy}>
              {newScan.submit}
            </button>
            <a class="button bare" href={pathTo('batches')}>
              {newScan.many}
            </a>
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
