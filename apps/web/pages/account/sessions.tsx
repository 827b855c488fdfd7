import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { account as words } from '../../words/account.ts'

export function Sessions() {
  const sessions = useAnswer('GET /v1/sessions', {})
  const end = useAct('DELETE /v1/sessions/{id}')
  const endOthers = useAct('DELETE /v1/sessions')
  return (
    <Section
      id="sessions"
      title={words.tabs.sessions}
      note={words.sessionsText}
      end={
        <button
          class="button small"
          type="button"
          onClick={() => void endOthers.run({ query: { which: 'others' } }).then(sessions.reload)}
        >
          {words.endOthers}
        </button>
      }
    >
      <Complaint error={end.error ?? endOthers.error} />
      <Answer of={sessions}>
        {({ sessions: open }) => (
          <ul class="rows">
            {open.map(({ id, name, address, isCurrent, createdAt, lastRefreshedAt, expiresAt }) => (
              <li key={id} class="mini-head">
                <span>
                  <b>{name}</b> {address === null ? '' : `${words.from} ${address}`}{' '}
                  {isCurrent ? (
                    <Chip kind="open" isPlain>
                      {words.current}
                    </Chip>
                  ) : null}{' '}
                  <span class="faint">
                    {words.since} <When at={createdAt} />, {words.lastSeen} <When at={lastRefreshedAt} />, {words.until}{' '}
                    <When at={expiresAt} as="date" />
                  </span>
                </span>
                {isCurrent ? null : (
                  <button
                    class="button small"
                    type="button"
                    onClick={() => void end.run({ path: { id } }).then(sessions.reload)}
                  >
                    {words.endIt}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  )
}
