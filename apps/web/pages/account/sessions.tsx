import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'

/** Where one is signed in, and what to do where that was somebody else. */
export function Sessions() {
  const sessions = useAnswer('GET /v1/sessions', {})
  const end = useAct('DELETE /v1/sessions/{id}')
  const noteEnded = (ended: number) => {
    say(words.ended(ended))
    sessions.reload()
  }
  const act = async (id: string) => {
    if ((await end.run({ path: { id } })) !== null) noteEnded(1)
  }
  return (
    <Section
      id="sessions"
      title={words.tabs.sessions}
      note={words.sessionsNote}
      end={
        <span class="actions">
          <ConfirmedAct
            act="DELETE /v1/sessions"
            input={{ query: { which: 'others' } }}
            label={words.endOthers}
            title={words.endOthersTitle}
            onDone={({ ended }) => noteEnded(ended)}
          >
            <p>{words.endOthersText}</p>
          </ConfirmedAct>
          <ConfirmedAct
            act="DELETE /v1/sessions"
            input={{ query: { which: 'all' } }}
            label={words.endAll}
            title={words.endAllTitle}
            onDone={() => location.assign('/sign-in')}
          >
            <p>{words.endAllText}</p>
          </ConfirmedAct>
        </span>
      }
    >
      <Complaint error={end.error} />
      <Answer of={sessions}>
        {({ sessions: open }) => (
          <Table
            caption={words.tabs.sessions}
            rows={open}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'name',
                head: words.session,
                isHead: true,
                cell: ({ name, isCurrent }) => (
                  <>
                    {name}
                    {isCurrent ? (
                      <span class="sub">
                        <Chip kind="open" isPlain>
                          {words.current}
                        </Chip>
                      </span>
                    ) : null}
                  </>
                ),
              },
              {
                key: 'address',
                head: words.address,
                cell: ({ address }) => <span class="mono">{address ?? '–'}</span>,
              },
              { key: 'seen', head: words.lastSeen, cell: ({ lastRefreshedAt }) => <When at={lastRefreshedAt} /> },
              { key: 'since', head: words.since, cell: ({ createdAt }) => <When at={createdAt} /> },
              { key: 'until', head: words.until, cell: ({ expiresAt }) => <When at={expiresAt} /> },
              {
                key: 'end',
                head: words.end,
                isAct: true,
                cell: ({ id, name, isCurrent }) =>
                  isCurrent ? null : (
                    <button
                      class="button small"
                      type="button"
                      aria-label={`${words.end}: ${name}`}
                      onClick={() => void act(id)}
                    >
                      {words.end}
                    </button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      <div class="notice">
        <Icon name="attention" />
        <div>
          <strong>{words.notMe}</strong>
          <p>{words.notMeText}</p>
        </div>
        <a class="button small" href={pathTo('account', {}, { tab: 'factors' })}>
          {words.notMePassword}
        </a>
      </div>
    </Section>
  )
}
