import './style.css'
import { useLocation } from 'preact-iso/router'
import { useMay } from '../../api/me.ts'
import { Empty, Page, Tabs } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { instanceWords as words } from '../../words/instance.ts'
import { shell } from '../../words/shell.ts'
import { Contacts } from './contacts.tsx'
import { DoNotScan } from './do-not-scan.tsx'
import { Outward } from './outward.tsx'
import { Settings } from './settings.tsx'
import { Users } from './users.tsx'

const tabs = ['outward', 'users', 'list', 'contacts', 'settings'] as const

export default function Instance() {
  const { query } = useLocation()
  const may = useMay()
  if (!may('instance:read'))
    return (
      <Page title={shell.pages.instance}>
        <Empty icon="lock" title={words.forbidden} />
      </Page>
    )
  const shown = tabs.filter((tab) => tab !== 'contacts' || may('instance:operate'))
  const tab = shown.find((tab) => tab === query['tab']) ?? 'outward'
  return (
    <Page title={shell.pages.instance} note={may('instance:write') ? undefined : <span>{words.onlyLooks}</span>}>
      <Tabs
        label={words.parts}
        tabs={shown.map((one) => ({
          label: words.tabs[one],
          href: pathTo('instance', {}, { tab: one === 'outward' ? null : one }),
          isCurrent: one === tab,
        }))}
      />
      {tab === 'outward' ? <Outward /> : null}
      {tab === 'users' ? <Users /> : null}
      {tab === 'list' ? <DoNotScan /> : null}
      {tab === 'contacts' ? <Contacts /> : null}
      {tab === 'settings' ? <Settings /> : null}
    </Page>
  )
}
