import { Empty } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { queues as words } from '../../words/queues.ts'

/** What somebody sees who has no role in the instance: their own scans are elsewhere. */
export const NoRole = () => (
  <Empty
    icon="lock"
    title={words.noRole}
    action={
      <a class="button main" href={pathTo('scans')}>
        {words.toScans}
      </a>
    }
  >
    {words.noRoleText}
  </Empty>
)
