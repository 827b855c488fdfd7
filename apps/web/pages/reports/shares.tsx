import '../target/style.css'
import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Complaint, Field, Select, sent } from '../../parts/form.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { number } from '../../words/format.ts'
import { tell as words } from '../../words/tell.ts'

export const formats = ['html', 'pdf', 'json', 'csv', 'markdown', 'sarif'] as const

/** Links for people without an account, with who looked; of one target where it is named. */
export function Shares({ targetId }: { readonly targetId?: string }) {
  const may = useMay()
  const shares = useAnswer('GET /v1/shares', {})
  const revoke = useAct('DELETE /v1/shares/{id}')
  return (
    <Section id="shares" title={words.shares} note={words.sharesNote}>
      <Complaint error={revoke.error} />
      <Answer of={shares}>
        {({ shares: held }) => {
          const all = held.filter((share) => targetId === undefined || share.targetId === targetId)
          return all.length === 0 ? (
            <Empty icon="reports" title={words.sharesEmpty} />
          ) : (
            <Table
              caption={words.shares}
              rows={all}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'name',
                  head: words.name,
                  isHead: true,
                  cell: ({ name, target }) => (
                    <>
                      {name === '' ? <Theirs text={target} /> : name}
                      <span class="sub">
                        <Theirs text={target} />
                      </span>
                    </>
                  ),
                },
                {
                  key: 'until',
                  head: words.until,
                  cell: ({ expiresAt, revokedAt }) =>
                    revokedAt === null ? <When at={expiresAt} as="date" /> : words.revoked,
                },
                {
                  key: 'views',
                  head: words.views,
                  cell: ({ id, views }) => (views === 0 ? '0' : <Views id={id} n={views} />),
                },
                {
                  key: 'revoke',
                  head: words.revoke,
                  isHeadHidden: true,
                  cell: ({ id, revokedAt }) =>
                    revokedAt === null && may('findings:write') ? (
                      <button
                        class="button small"
                        type="button"
                        onClick={() => void revoke.run({ path: { id } }).then(shares.reload)}
                      >
                        {words.revoke}
                      </button>
                    ) : null,
                },
              ]}
            />
          )
        }}
      </Answer>
      {may('findings:write') ? <MakeShare targetId={targetId} onMade={shares.reload} /> : null}
    </Section>
  )
}

function Views({ id, n }: { readonly id: string; readonly n: number }) {
  const [isOpen, setOpen] = useState(false)
  const views = useAnswer('GET /v1/shares/{id}/views', isOpen ? { path: { id } } : null)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{number(n)}</summary>
      {isOpen ? (
        <Answer of={views}>
          {({ views: looks }) => (
            <ul class="s">
              {looks.map(({ at, client, outcome }, i) => (
                <li key={i}>
                  <When at={at} as="date" /> {words.client} {client}: {outcome}
                </li>
              ))}
            </ul>
          )}
        </Answer>
      ) : null}
    </details>
  )
}

function MakeShare({
  targetId: given,
  onMade,
}: {
  readonly targetId: string | undefined
  readonly onMade: () => void
}) {
  const targets = useAnswer('GET /v1/targets', given === undefined ? { query: { limit: 100 } } : null)
  const make = useAct('POST /v1/shares')
  const [made, setMade] = useState<{ url: string; badgeUrl: string | null } | null>(null)
  const act = async (form: Readonly<Record<string, string>>) => {
    const { targetId = given ?? '', name = '', days = '30', password = '' } = form
    const done = await make.run({
      body: {
        targetId,
        name,
        days: Number(days),
        ...(password === '' ? {} : { password }),
        hidesEvidence: form['hides'] === 'on',
        hasBadge: form['badge'] === 'on',
      },
    })
    if (done === null) return
    setMade(done.answer)
    onMade()
  }
  return (
    <>
      {made === null ? null : (
        <div class="notice" role="status">
          <div class="stack">
            <p>{words.shareOnce}</p>
            <Command text={made.url} isText />
            {made.badgeUrl === null ? null : <Command text={`<img src="${made.badgeUrl}" alt="">`} isText />}
          </div>
        </div>
      )}
      <details class="as-table">
        <summary>{words.makeShare}</summary>
        <form class="form narrow" onSubmit={(event) => void act(sent(event) as Record<string, string>)}>
          {given === undefined ? (
            <Select
              name="targetId"
              label={words.shareTarget}
              required
              options={(targets.data?.targets ?? []).map(({ id, display }) => ({ value: id, label: display }))}
            />
          ) : null}
          <Field name="name" label={words.name} maxLength={100} />
          <Field name="days" type="number" min={1} max={366} label={words.days} defaultValue={30} />
          <Field
            name="password"
            type="password"
            label={words.password}
            hint={words.passwordHint}
            autoComplete="new-password"
          />
          <p class="choices">
            <label>
              <input type="checkbox" name="hides" defaultChecked />
              {words.hides}
            </label>
            <label>
              <input type="checkbox" name="badge" />
              {words.badge}
            </label>
          </p>
          <Complaint error={make.error} />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={make.isBusy}>
              {words.makeShare}
            </button>
          </div>
        </form>
      </details>
    </>
  )
}
