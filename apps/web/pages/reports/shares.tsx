import { useState } from 'preact/hooks'
import type { Operations } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Command } from '../../parts/copy.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { list } from '../../words/format.ts'
import { reports as words } from '../../words/reports.ts'
import { badgeSnippet, shareState } from './about.ts'
import type { Initial } from './about-field.tsx'
import { MakeShare, type Made } from './make-share.tsx'

type Share = Operations['GET /v1/shares']['answer']['shares'][number]

/** Links by which outsiders see a report: what each shows, until when, who looked; of one target where it is given. */
export function Shares({ target }: { readonly target?: Initial }) {
  const mayWrite = useMay()('findings:write')
  const shares = useAnswer('GET /v1/shares', {})
  const [made, setMade] = useState<Made | null>(null)
  const columns = [
    { key: 'name', head: words.link, isHead: true, cell: (share: Share) => <Leads share={share} /> },
    { key: 'shows', head: words.shows, cell: (share: Share) => showsOf(share) },
    { key: 'until', head: words.until, cell: (share: Share) => <Until share={share} /> },
    ...(mayWrite
      ? [
          { key: 'views', head: words.views, cell: ({ id, views }: Share) => <Views id={id} n={views} /> },
          {
            key: 'revoke',
            head: words.revoke,
            isAct: true,
            cell: (share: Share) =>
              shareState(share, Date.now()) === 'open' ? (
                <ConfirmedAct
                  act="DELETE /v1/shares/{id}"
                  input={{ path: { id: share.id } }}
                  label={words.revoke}
                  about={share.name === '' ? words.unnamed : share.name}
                  title={words.revokeTitle}
                  onDone={() => {
                    say(words.wasRevoked)
                    shares.reload()
                  }}
                >
                  <p>{words.revokeText}</p>
                </ConfirmedAct>
              ) : null,
          },
        ]
      : [{ key: 'views', head: words.views, cell: ({ views }: Share) => words.looks(views) }]),
  ]
  return (
    <Section id="shares" title={words.shares} note={words.sharesNote}>
      {made === null ? null : <ShownOnce made={made} onKept={() => setMade(null)} />}
      <Answer of={shares}>
        {({ shares: held }) => {
          const all = target === undefined ? held : held.filter(({ targetId }) => targetId === target.id)
          return all.length === 0 ? (
            <Empty icon="reports" title={words.empty}>
              {words.emptyText}
            </Empty>
          ) : (
            <Table caption={words.shares} rows={all} keyOf={({ id }) => id} columns={columns} />
          )
        }}
      </Answer>
      {mayWrite ? (
        <Unfold label={words.makeShare}>
          {(done) => (
            <MakeShare
              initial={target ?? null}
              onMade={(made) => {
                done()
                setMade(made)
                shares.reload()
              }}
            />
          )}
        </Unfold>
      ) : null}
    </Section>
  )
}

/** Whose report it is; a target or a scan that is gone has no address. */
const Leads = ({ share: { name, target, targetId, scanId } }: { readonly share: Share }) => {
  const href =
    scanId !== null ? pathTo('scan', { id: scanId }) : targetId !== null ? pathTo('target', { id: targetId }) : null
  return (
    <>
      {name === '' ? words.unnamed : name}
      <span class="sub">
        {scanId === null ? words.ofTarget : words.ofScan}{' '}
        {href === null ? (
          <Theirs text={target} />
        ) : (
          <a href={href}>
            <Theirs text={target} />
          </a>
        )}
      </span>
    </>
  )
}

const showsOf = ({ hidesEvidence, hasPassword, hasBadge }: Share): string =>
  list([
    hidesEvidence ? words.withoutEvidence : words.withEvidence,
    hasPassword ? words.behindPassword : words.withoutPassword,
    ...(hasBadge ? [words.withBadge] : []),
  ])

const Until = ({ share }: { readonly share: Share }) => {
  const state = shareState(share, Date.now())
  return (
    <>
      {state === 'open' ? null : (
        <Chip kind="stopped" isPlain>
          {words.states[state]}
        </Chip>
      )}
      <span class={state === 'open' ? '' : 'sub'}>
        <When at={share.revokedAt ?? share.expiresAt} as="date" />
      </span>
    </>
  )
}

const outcomes: Readonly<Record<string, string>> = words.outcomes

/** The log has more than the count: also who came with a wrong password, or too late. */
function Views({ id, n }: { readonly id: string; readonly n: number }) {
  const [isOpen, setOpen] = useState(false)
  const views = useAnswer('GET /v1/shares/{id}/views', isOpen ? { path: { id } } : null)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.looks(n)}</summary>
      {isOpen ? (
        <Answer of={views}>
          {({ views: looks }) =>
            looks.length === 0 ? (
              <p class="soft s">{words.nobodyLooked}</p>
            ) : (
              <ul class="s">
                {looks.map(({ at, client, outcome }, i) => (
                  <li key={i}>
                    <When at={at} as="date" /> <span class="mono">{client}</span>: {outcomes[outcome] ?? outcome}
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      ) : null}
    </details>
  )
}

const ShownOnce = ({ made, onKept }: { readonly made: Made; readonly onKept: () => void }) => (
  <div class="notice" role="status">
    <div class="stack">
      <p>{words.shownOnce}</p>
      <Command text={made.url} isText />
      {made.badgeUrl === null ? null : (
        <>
          <p>{words.badgeNote}</p>
          <Command text={badgeSnippet(made.url, made.badgeUrl, words.badgeAlt(made.display))} isText />
        </>
      )}
      <p>
        <button class="button" type="button" onClick={onKept}>
          {words.kept}
        </button>
      </p>
    </div>
  </div>
)
