import type { ComponentChildren } from 'preact'
import type { Operations } from '../../client/index.ts'
import { pathTo } from '../paths.ts'
import { finding as words } from '../words/finding.ts'
import { Icon } from './icon.tsx'
import { When } from './when.tsx'

type Change = Operations['GET /v1/findings/{id}']['answer']['history'][number]

const icons: Readonly<Record<Change['kind'], readonly [icon: string, look: string]>> = {
  opened: ['new', 'new'],
  fixed: ['ok', 'ok'],
  regressed: ['regressed', 'regressed'],
  recalibrated: ['retry', ''],
  confirmed: ['open', ''],
  accepted: ['accepted', ''],
  'false-positive': ['refused', ''],
  reopened: ['open', ''],
  severity: ['attention', ''],
}

/** Changes in words, the newest first; `about` says of which finding where there are several. */
export const History = ({
  changes,
  about,
}: {
  readonly changes: readonly Change[]
  readonly about?: (change: Change, i: number) => ComponentChildren
}) => (
  <ol class="timeline">
    {changes.map((change, i) => {
      const [icon, look] = icons[change.kind]
      const reason = change.detail?.['reason']
      return (
        <li key={i} class={look}>
          <Icon name={icon} />
          <div>
            <p class="what">{words.changes[change.kind]}</p>
            {about === undefined ? null : <p>{about(change, i)}</p>}
            {typeof reason === 'string' && reason !== '' ? <p>“{reason}”</p> : null}
            <p class="when">
              <When at={change.at} as="date" />
              {change.scanId === null ? null : (
                <>
                  {' · '}
                  <a href={pathTo('scan', { id: change.scanId })}>{words.byScan}</a>
                </>
              )}
            </p>
          </div>
        </li>
      )
    })}
  </ol>
)
