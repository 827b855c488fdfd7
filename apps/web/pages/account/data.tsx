import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { download } from '../../parts/download.ts'
import { Complaint } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Section } from '../../parts/page.tsx'
import { account as words } from '../../words/account.ts'

/** What is kept about one, the way out of an organisation, and the way out of all. */
export function Data() {
  const me = useMe()
  const { name } = me.organisation
  const exportAll = useAct('GET /v1/me/export')
  const save = async () => {
    const made = await exportAll.run({})
    if (made !== null) download('portlight-account.json', made.answer)
  }
  return (
    <Section id="data" title={words.tabs.data}>
      <ul class="rows factors">
        <li>
          <Icon name="download" />
          <div>
            <h3>{words.export}</h3>
            <p class="soft s">{words.exportText}</p>
            <Complaint error={exportAll.error} />
          </div>
          <button class="button small" type="button" aria-disabled={exportAll.isBusy} onClick={() => void save()}>
            {words.exportGo}
          </button>
        </li>
        {me.organisations.length > 1 ? (
          <li>
            <Icon name="organisation" />
            <div>
              <h3>{words.leave}</h3>
              <p class="soft s">{words.leaveText(name)}</p>
            </div>
            <ConfirmedAct
              act="POST /v1/me/leave"
              input={{}}
              label={words.leaveGo}
              title={words.leaveTitle(name)}
              onDone={() => location.assign('/sign-in')}
            >
              <What items={words.leaveWhat} />
            </ConfirmedAct>
          </li>
        ) : null}
        <li>
          <Icon name="account" />
          <div>
            <h3>{words.delete}</h3>
            <p class="soft s">{words.deleteText}</p>
          </div>
          <ConfirmedAct
            act="DELETE /v1/me"
            input={{}}
            label={words.delete}
            title={words.deleteTitle}
            onDone={() => location.assign('/sign-in')}
          >
            <What items={words.deleteWhat} />
            <p class="soft">{words.deleteRefused}</p>
          </ConfirmedAct>
        </li>
      </ul>
    </Section>
  )
}

const What = ({ items }: { readonly items: readonly string[] }) => (
  <ul class="bullets">
    {items.map((item) => (
      <li key={item}>{item}</li>
    ))}
  </ul>
)
