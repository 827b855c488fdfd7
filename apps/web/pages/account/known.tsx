import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Complaint } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { say } from '../../shell/toasts.tsx'
import { account as words } from '../../words/account.ts'

/** Sign-in providers that one is linked to; nothing where there is none. */
export function Identities() {
  const identities = useAnswer('GET /v1/me/identities', {})
  if (identities.data?.identities.length === 0) return null
  return (
    <Section id="identities" title={words.identities}>
      <Answer of={identities}>
        {({ identities: linked }) => (
          <Table
            caption={words.identities}
            rows={linked}
            keyOf={({ issuer, subject }) => `${issuer} ${subject}`}
            columns={[
              {
                key: 'issuer',
                head: words.identities,
                isHead: true,
                cell: ({ issuer, subject }) => (
                  <>
                    {issuer}
                    <span class="sub mono">{subject}</span>
                  </>
                ),
              },
              { key: 'at', head: words.linkedAt, cell: ({ createdAt }) => <When at={createdAt} /> },
              {
                key: 'unlink',
                head: words.unlink,
                isAct: true,
                cell: ({ issuer, subject }) => (
                  <ConfirmedAct
                    act="POST /v1/me/identities/unlink"
                    input={{ body: { issuer, subject } }}
                    label={words.unlink}
                    about={issuer}
                    title={words.unlinkTitle(issuer)}
                    onDone={identities.reload}
                  >
                    <p>{words.unlinkText}</p>
                  </ConfirmedAct>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Section>
  )
}

/** Browsers that are not asked for a second factor at each sign-in. */
export function Devices() {
  const devices = useAnswer('GET /v1/devices', {})
  const forget = useAct('DELETE /v1/devices/{id}')
  const act = async (id: string) => {
    if ((await forget.run({ path: { id } })) === null) return
    say(words.forgotten)
    devices.reload()
  }
  return (
    <Section id="devices" title={words.devices} note={words.devicesText}>
      <Complaint error={forget.error} />
      <Answer of={devices}>
        {({ devices: known }) =>
          known.length === 0 ? (
            <p class="soft">{words.noDevices}</p>
          ) : (
            <Table
              caption={words.devices}
              rows={known}
              keyOf={({ id }) => id}
              columns={[
                { key: 'label', head: words.devices, isHead: true, cell: ({ label }) => label },
                { key: 'added', head: words.added, cell: ({ createdAt }) => <When at={createdAt} /> },
                { key: 'seen', head: words.lastUsed, cell: ({ lastSeenAt }) => <When at={lastSeenAt} /> },
                {
                  key: 'forget',
                  head: words.forget,
                  isAct: true,
                  cell: ({ id, label }) => (
                    <button
                      class="button small"
                      type="button"
                      aria-label={`${words.forget}: ${label}`}
                      onClick={() => void act(id)}
                    >
                      {words.forget}
                    </button>
                  ),
                },
              ]}
            />
          )
        }
      </Answer>
    </Section>
  )
}
