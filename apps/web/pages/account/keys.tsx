import { useMay, useMe } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { KeysTable } from '../../parts/keys.tsx'
import { MakeKey } from '../../parts/make-key.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { keyWords as words } from '../../words/keys.ts'

/** One's own keys; those of others and of service accounts stand with the organisation. */
export function Keys() {
  const may = useMay()
  const { organisation } = useMe()
  if (!may('keys:read')) return <p class="soft">{words.notForRole(account.roles[organisation.role])}</p>
  return <OwnKeys />
}

function OwnKeys() {
  const { principal } = useMe()
  const keys = useAnswer('GET /v1/keys', {})
  const onRevoked = () => {
    say(words.revoked)
    keys.reload()
  }
  return (
    <Section id="keys" title={words.title} note={words.note} end={<MakeKey onMade={keys.reload} />}>
      <Answer of={keys}>
        {({ keys: held }) => {
          const own = held.filter(({ owner }) => owner.id === principal.id)
          return own.length === 0 ? (
            <Empty icon="key" title={words.none}>
              {words.noneText}
            </Empty>
          ) : (
            <KeysTable keys={own} mayRevoke onRevoked={onRevoked} />
          )
        }}
      </Answer>
    </Section>
  )
}
