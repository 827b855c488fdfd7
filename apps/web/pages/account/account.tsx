import './style.css'
import { useLocation } from 'preact-iso/router'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Complaint } from '../../parts/form.tsx'
import { Page, Tabs } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { account as words } from '../../words/account.ts'
import { shell } from '../../words/shell.ts'
import { Data } from './data.tsx'
import { Factors } from './factors.tsx'
import { Keys } from './keys.tsx'
import { Sessions } from './sessions.tsx'
import { You } from './you.tsx'

const tabs = ['you', 'factors', 'sessions', 'keys', 'data'] as const

export default function Account() {
  const { query } = useLocation()
  const me = useMe()
  const tab = tabs.find((tab) => tab === query['tab']) ?? 'you'
  const logout = useAct('POST /v1/logout')
  const signOut = async () => {
    if ((await logout.run({})) !== null) location.assign('/sign-in')
  }
  return (
    <Page
      title={shell.pages.account}
      note={
        <span>
          {words.signedInAs} <b>{me.principal.email ?? me.principal.name}</b>,{' '}
          {words.role(words.roles[me.organisation.role], me.organisation.name)}
          {me.instanceRole === null ? '' : `, ${words.instanceRoles[me.instanceRole]}`}
        </span>
      }
      actions={
        <button class="button" type="button" onClick={() => void signOut()} aria-disabled={logout.isBusy}>
          {words.signOut}
        </button>
      }
    >
      <Complaint error={logout.error} />
      <Tabs
        label={words.parts}
        tabs={tabs.map((one) => ({
          label: words.tabs[one],
          href: pathTo('account', {}, { tab: one === 'you' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'you' ? <You /> : null}
      {tab === 'factors' ? <Factors /> : null}
      {tab === 'sessions' ? <Sessions /> : null}
      {tab === 'keys' ? <Keys /> : null}
      {tab === 'data' ? <Data /> : null}
    </Page>
  )
}
