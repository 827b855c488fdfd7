import './style.css'
import { useRoute } from 'preact-iso/router'
import { useState } from 'preact/hooks'
import { useMay, useMe } from '../../api/me.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/copy.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { RunChip, ScanChip } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { reasonOf } from '../../words/findings.ts'
import { number } from '../../words/format.ts'
import { jobs as words } from '../../words/jobs.ts'
import { shell } from '../../words/shell.ts'
import { NoRole } from '../queues/no-role.tsx'
import { type Act, ActOnJobs } from './act.tsx'
import { actsFor, isOver, type Life } from './life.ts'
import { LifeLine } from './life-line.tsx'

const askMillis = 3000

/** One job, from being asked for to its end, and what can be done with it. */
export default function JobPage() {
  const may = useMay()
  const { scan: id = '' } = useRoute().params
  const [isEnded, setEnded] = useState(false)
  const life = useAnswer(
    'GET /v1/instance/scans/{id}/life',
    may('instance:read') ? { path: { id } } : null,
    isEnded ? {} : { everyMillis: askMillis },
  )
  const hasEnded = life.data !== undefined && isOver(life.data.steps)
  if (hasEnded !== isEnded) setEnded(hasEnded)
  const crumbs = [
    { label: shell.pages.queues, href: pathTo('queues') },
    { label: words.jobs, href: pathTo('jobs') },
  ]
  if (!may('instance:read'))
    return (
      <Page title={words.life} crumbs={crumbs}>
        <NoRole />
      </Page>
    )
  return (
    <Page
      title={life.data === undefined ? words.life : words.lifeOf(life.data.scan.target.display)}
      state={life.data === undefined ? undefined : <ScanChip status={life.data.scan.status} />}
      crumbs={crumbs}
      note={
        life.data === undefined ? undefined : (
          <>
            <span>{life.data.scan.organisation.name}</span>
            <span>
              {words.asked} <When at={life.data.scan.createdAt} />
            </span>
            <span class="mono">{id}</span>
          </>
        )
      }
      actions={life.data === undefined ? undefined : <Acts scan={life.data.scan} reload={life.reload} />}
    >
      <Answer of={life}>
        {(life) => (
          <>
            <LifeLine steps={life.steps} />
            <Errors scan={life.scan} />
            <Facts life={life} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Acts({ scan, reload }: { readonly scan: Life['scan']; readonly reload: () => void }) {
  const isAdmin = useMay()('instance:write')
  const [act, setAct] = useState<Act | null>(null)
  const can = actsFor(scan)
  if (!isAdmin) return null
  return (
    <>
      {(['retry', 'prioritise', 'cancel'] as const)
        .filter((one) => can[one])
        .map((one) => (
          <button key={one} class="button" type="button" onClick={() => setAct(one)}>
            {words.acts[one]}
          </button>
        ))}
      {act === null ? null : (
        <ActOnJobs act={act} filter={{ ids: [scan.id] }} onDone={reload} onClose={() => setAct(null)} />
      )}
    </>
  )
}

const Errors = ({ scan: { errors } }: { readonly scan: Life['scan'] }) =>
  errors.length === 0 ? null : (
    <Section id="errors" title={words.errors} note={words.errorsNote}>
      <ul class="rows">
        {errors.map(({ scanner, status, reason, detail }) => (
          <li key={scanner}>
            <span class="tag">{scanner}</span> <RunChip status={status} isPlain />{' '}
            {reason === null ? '' : reasonOf(reason)}
            {detail === null ? null : (
              <p class="mono said">
                <Theirs text={detail} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )

function Facts({ life: { scan, askedBy, payload } }: { readonly life: Life }) {
  const me = useMe()
  const asker = `${words.askers[askedBy.kind]}${askedBy.name === null ? '' : `: ${askedBy.name}`}`
  return (
    <Section id="facts" title={words.facts}>
      <dl class="kv facts">
        <div>
          <dt>{words.askedBy}</dt>
          <dd>
            {askedBy.kind === 'schedule' && askedBy.id !== null && scan.organisation.id === me.organisation.id ? (
              <a href={pathTo('schedule', { id: askedBy.id })}>{asker}</a>
            ) : (
              asker
            )}
          </dd>
        </div>
        <div>
          <dt>{words.organisation}</dt>
          <dd>
            <a href={pathTo('jobs', {}, { organisationId: scan.organisation.id })}>{scan.organisation.name}</a>
          </dd>
        </div>
        <div>
          <dt>{words.scanOf}</dt>
          <dd>
            {scan.organisation.id === me.organisation.id ? (
              <a href={pathTo('scan', { id: scan.id })}>{words.toScan}</a>
            ) : (
              words.scanElsewhere
            )}
          </dd>
        </div>
        {scan.rerunOf === null ? null : (
          <div>
            <dt>{words.rerunOf}</dt>
            <dd>
              <a class="mono" href={pathTo('job', { scan: scan.rerunOf })}>
                {scan.rerunOf}
              </a>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.lane}</dt>
          <dd>{words.lanes[scan.lane]}</dd>
        </div>
        <div>
          <dt>{words.lapses}</dt>
          <dd>{number(scan.lapses)}</dd>
        </div>
        <div>
          <dt>{words.deadline}</dt>
          <dd>
            <When at={scan.deadline} as="date" />
          </dd>
        </div>
        <div>
          <dt>{words.payload}</dt>
          <dd>
            <code>{JSON.stringify(payload)}</code>
            <small>{words.payloadNote}</small>
          </dd>
        </div>
        <div>
          <dt>{words.request}</dt>
          <dd>
            {scan.requestId === null ? (
              words.noRequest
            ) : (
              <>
                <a class="mono" href={pathTo('jobs', {}, { requestId: scan.requestId })}>
                  {scan.requestId}
                </a>
                <small>{words.trace}</small>
                <Command text={`npm run trace -- ${scan.requestId}`} />
              </>
            )}
          </dd>
        </div>
      </dl>
    </Section>
  )
}
