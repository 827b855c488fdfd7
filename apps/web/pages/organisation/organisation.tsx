import { useLocation } from 'preact-iso/router'
import { useMay, useMe } from '../../api/me.ts'
import { Page, Tabs } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { account } from '../../words/account.ts'
import { organisationWords as words } from '../../words/organisation.ts'
import { shell } from '../../words/shell.ts'
import { Erasures } from './erasures.tsx'
import { Members } from './members.tsx'
import { ServiceAccounts } from './service-accounts.tsx'
import { Settings } from './settings.tsx'

const tabs = ['members', 'accounts', 'settings', 'erasures'] as const

export default function OrganisationPage() {
  const { query } = useLocation()
  const { organisation } = useMe()
  const may = useMay()
  const shown = tabs.filter((tab) => tab !== 'erasures' || may('targets:erase'))
  const tab = shown.find((tab) => tab === query['tab']) ?? 'members'
  return (
    <Page
      title={organisation.name}
      note={
        <>
          <span>{shell.pages.organisation}</span>
          <span>{words.youAre(account.roles[organisation.role])}</span>
        </>
      }
    >
      <Tabs
        label={words.parts}
        tabs={shown.map((one) => ({
          label: words.tabs[one],
          href: pathTo('organisation', {}, { tab: one === 'members' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'members' ? <Members /> : null}
      {tab === 'accounts' ? <ServiceAccounts /> : null}
      {tab === 'settings' ? <Settings /> : null}
      {tab === 'erasures' ? <Erasures /> : null}
    </Page>
  )
}
