import type { Scan } from '../../../client/index.ts'
import { useMay } from '../../api/me.ts'
import type { Hearing } from '../../api/use-scan.ts'
import { ConfirmedAct } from '../../parts/confirm.tsx'
import { Command } from '../../parts/copy.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Chip, RunChip } from '../../parts/marks.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { duration, number, timeOfDay } from '../../words/format.ts'
import { reasonOf, scannerTitleOf } from '../../words/findings.ts'
import { scan as words } from '../../words/scan.ts'
import { FindingItem } from './finding-item.tsx'
import { scansCrumb } from './since.tsx'
import { type Run, toldBy } from './told.ts'

const isOpen = ({ status }: Run) => status === 'queued' || status === 'running'

/** A scan that goes on: by when it will have ended, and what each scanner does now. */
export function Running({ scan, hearing }: { readonly scan: Scan; readonly hearing: Hearing }) {
  const may = useMay()
  const host = scan.target.display
  const { present } = toldBy(scan)
  const ended = scan.runs.filter((run) => !isOpen(run)).length
  const isLive = hearing === 'live'
  return (
    <Page
      title={words.title(host)}
      crumbs={[scansCrumb(scan)]}
      state={<Chip kind={scan.status === 'queued' ? 'queued' : 'running'}>{common.scanStatus[scan.status]}</Chip>}
      note={
        <span>
          {words.asked} <When at={scan.createdAt} />
        </span>
      }
      actions={
        may('scans:write') && scan.cancelAskedAt === null ? (
          <ConfirmedAct
            act="POST /v1/scans/{id}/cancel"
            input={{ path: { id: scan.id } }}
            label={words.cancel}
            title={words.cancelTitle}
            stay={words.letRun}
            isSmall={false}
            onDone={() => {}}
          >
            <p>{words.cancelText}</p>
          </ConfirmedAct>
        ) : undefined
      }
    >
      <p class="statement">
        {words.ended(ended, scan.runs.length)}
        {words.endsBy}{' '}
        <time dateTime={scan.deadline}>
          <b>{timeOfDay(scan.deadline)}</b>
        </time>
        {words.endsByAfter}
      </p>
      {scan.cancelAskedAt === null ? null : <p class="soft">{words.cancelling}</p>}
      {scan.pausedUntil !== null && Date.parse(scan.pausedUntil) > Date.now() ? (
        <p class="soft">{words.resting}</p>
      ) : null}
      <div class={isLive ? 'notice running' : 'notice'} role="status">
        <Icon name={isLive ? 'live' : 'retry'} />
        <p>{isLive ? words.live : words.polling}</p>
      </div>
      <div class="split">
        <div>
          <Section id="scanners" title={words.scanners}>
            <ul class="scanners">
              {scan.runs.map((run) => (
                <ScannerRow key={run.scanner} run={run} />
              ))}
            </ul>
          </Section>
          {present.length === 0 ? null : (
            <Section id="findings" title={words.findings} note={words.openYet}>
              <ol class="findings">
                {present.map((gathered, i) => (
                  <FindingItem key={i} gathered={gathered} host={host} isOpen={false} />
                ))}
              </ol>
            </Section>
          )}
        </div>
        <div>
          <Section id="facts" title={words.thisScan}>
            <dl class="kv">
              <div>
                <dt>{words.number}</dt>
                <dd class="mono">{scan.id}</dd>
              </div>
              <div>
                <dt>{words.attempts}</dt>
                <dd>{scan.attempt}</dd>
              </div>
              {scan.rerunOf === null ? null : (
                <div>
                  <dt>{common.reason}</dt>
                  <dd>
                    <a href={pathTo('scan', { id: scan.rerunOf })}>{words.rerunOf}</a>
                  </dd>
                </div>
              )}
            </dl>
          </Section>
          <Section id="wait" title={words.wait}>
            <div class="stack">
              <Command text={`npx portlight scan ${scan.target.canonical} --max-age 3600`} />
              <Command
                text={`curl -H "Prefer: wait=30" -H "Authorization: Bearer $KEY" ${location.origin}/v1/scans/${scan.id}`}
              />
            </div>
          </Section>
        </div>
      </div>
    </Page>
  )
}

function ScannerRow({ run }: { readonly run: Run }) {
  const { scanner, status, reason, detail, progress } = run
  const unit = (words.units as Readonly<Record<string, string | undefined>>)[scanner] ?? run.coverage?.unit ?? ''
  const value = status === 'running' ? progress : null
  return (
    <li class={isOpen(run) ? '' : 'done'}>
      <h3 id={`scanner-${scanner}`}>{scannerTitleOf(run)}</h3>
      <RunChip status={status} />
      {value === null || value.total === 0 ? (
        <progress
          aria-labelledby={`scanner-${scanner}`}
          {...(status === 'running' ? {} : { value: status === 'queued' ? 0 : 1, max: 1 })}
        />
      ) : (
        <progress aria-labelledby={`scanner-${scanner}`} value={value.done} max={value.total} />
      )}
      <p class="now">
        {value === null || value.total === 0 ? null : <span>{words.progress(value.done, value.total, unit)}</span>}
        {status === 'running' && value === null ? <span>{words.begins}</span> : null}
        {status === 'queued' ? <span>{words.noWorkerYet}</span> : null}
        {!isOpen(run) && run.coverage !== null ? (
          <span>
            {words.progress(run.coverage.answered, run.coverage.asked, unit)} {words.answered}
            {run.coverage.silent === 0 ? '' : `, ${number(run.coverage.silent)} ${words.notTold}`}
          </span>
        ) : null}
        {run.startedAt === null || run.finishedAt === null ? null : (
          <span class="faint nowrap">{duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}</span>
        )}
        {value?.isWaiting === true ? <span>{words.waitingTurn}</span> : null}
        {reason === null ? null : <span>{reasonOf(reason)}</span>}
        {detail === null ? null : (
          <span>
            <Theirs text={detail} />
          </span>
        )}
      </p>
    </li>
  )
}
