import { useMay } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Section } from '../../parts/page.tsx'
import { say } from '../../shell/toasts.tsx'
import { instanceWords as words } from '../../words/instance.ts'

/** Which version this is, what its settings say, and the key that signs access tokens. */
export function Settings() {
  const may = useMay()
  const instance = useAnswer('GET /v1/instance', {})
  return (
    <>
      <Section id="settings" title={words.settings} note={words.settingsNote}>
        <Answer of={instance}>
          {({ version, publicUrl, attestation, signUp, mail, signInProvider, abuseContact, writesPerMinute }) => (
            <dl class="kv">
              <Fact name={words.version}>{version}</Fact>
              <Fact name={words.publicUrl}>{publicUrl}</Fact>
              <Fact name={words.attestation}>{attestation ? words.attestationOn : words.attestationOff}</Fact>
              <Fact name={words.signUp}>{words.signUps[signUp]}</Fact>
              <Fact name={words.mail}>{words.mails[mail]}</Fact>
              <Fact name={words.provider}>{signInProvider ?? words.none}</Fact>
              <Fact name={words.abuse}>{abuseContact ?? words.none}</Fact>
              <Fact name={words.writes}>{words.writesOf(writesPerMinute)}</Fact>
            </dl>
          )}
        </Answer>
        <p class="section">
          <a href="/probes">{words.probes}</a> · <a href="/opt-out">{words.optOut}</a>
        </p>
      </Section>
      {may('instance:operate') ? (
        <Section id="signing-key" title={words.signingKey} note={words.signingKeyText}>
          <ConfirmedAct
            act="POST /v1/instance/signing-key"
            input={{}}
            label={words.rotate}
            title={words.rotateTitle}
            isDanger={false}
            isSmall={false}
            onDone={() => say(words.rotated)}
          >
            <p>{words.rotateText}</p>
          </ConfirmedAct>
        </Section>
      ) : null}
    </>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
