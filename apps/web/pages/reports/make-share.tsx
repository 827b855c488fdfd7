import { useState } from 'preact/hooks'
import { useAct } from '../../api/use-act.ts'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { reports as words } from '../../words/reports.ts'
import type { About } from './about.ts'
import { AboutField, type Initial } from './about-field.tsx'

export interface Made {
  readonly url: string
  readonly badgeUrl: string | null
  /** Whose report it is. */
  readonly display: string
}

const daysAtMost = 366
const passwordAtLeast = 8

export function MakeShare({
  initial,
  onMade,
}: {
  readonly initial: Initial | null
  readonly onMade: (made: Made) => void
}) {
  const make = useAct('POST /v1/shares')
  const [{ about, display }, setAbout] = useState<{ about: About | null; display: string }>({
    about: initial === null ? null : { kind: 'target', id: initial.id },
    display: initial?.display ?? '',
  })
  const [isLost, setLost] = useState(false)
  const act = async (form: ReturnType<typeof sent>) => {
    const isSaid = about !== null && about.kind !== 'all'
    setLost(!isSaid)
    if (!isSaid) return
    const password = String(form['password'] ?? '')
    const done = await make.run({
      body: {
        ...(about.kind === 'scan' ? { scanId: about.id } : { targetId: about.id }),
        name: String(form['name']),
        days: Number(form['days']),
        ...(password === '' ? {} : { password }),
        hidesEvidence: form['hides'] === 'on',
        hasBadge: form['badge'] === 'on',
      },
    })
    if (done !== null) onMade({ ...done.answer, display })
  }
  return (
    <form class="form" onSubmit={(event) => void act(sent(event))}>
      <AboutField
        name="share"
        legend={words.shows}
        kinds={['target', 'scan']}
        initial={initial}
        onChange={(about, display) => setAbout({ about, display })}
      />
      <Field name="name" label={words.name} hint={words.nameHint} maxLength={100} />
      <Field name="days" type="number" min={1} max={daysAtMost} label={words.days} defaultValue={30} required />
      <Field
        name="password"
        type="password"
        label={words.password}
        hint={words.passwordHint}
        minLength={passwordAtLeast}
        autoComplete="new-password"
      />
      <p class="choices">
        <label>
          <input type="checkbox" name="hides" defaultChecked />
          {words.hides}
        </label>
        {about?.kind === 'scan' ? null : (
          <label>
            <input type="checkbox" name="badge" />
            {words.badge}
          </label>
        )}
      </p>
      <Complaint error={isLost ? new Error(words.chooseShown) : make.error} />
      <div class="actions">
        <button class="button main" type="submit" aria-disabled={make.isBusy}>
          {words.makeShare}
        </button>
      </div>
    </form>
  )
}
