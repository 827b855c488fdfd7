import { Theirs } from '../../../parts/evidence.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Chip } from '../../../parts/marks.tsx'
import { Table } from '../../../parts/table.tsx'
import { common } from '../../../words/common.ts'
import { reasonOf } from '../../../words/findings.ts'
import { number } from '../../../words/format.ts'
import { results as words } from '../../../words/results.ts'
import { chainOf, dnsResult, type Step, type ZoneServer } from './dns.ts'
import type { View } from './results.tsx'

const serverKinds = {
  authoritative: 'ok',
  lame: 'attention',
  silent: 'unknown',
  unclear: 'unknown',
  'not-asked': 'stopped',
} as const

/** The way from the root to the name, zone by zone with its servers; what was not judged is dashed, and says so. */
export function DnsView({ result }: View) {
  const dns = dnsResult(result)
  const steps = chainOf(dns)
  const servers = steps.flatMap((step) => (step.kind === 'zone' ? step.servers : []))
  return (
    <div class="stack">
      <h3>{words.chain}</h3>
      <ol class="chain">
        {steps.map((step, i) => (
          <li key={`${step.kind} ${step.name}`} class={isKnown(step) ? '' : 'unjudged'}>
            <ChainStep step={step} isFirst={i === 0} />
          </li>
        ))}
      </ol>
      <p class="soft s">{words.chainNote}</p>
      {servers.length === 0 ? null : (
        <details class="as-table">
          <summary>
            <Icon name="chevron-right" />
            {common.asTable}
          </summary>
          <ServerTable servers={servers} />
        </details>
      )}
      <Table
        caption={words.records}
        isCaptionHidden={false}
        rows={dns.answers}
        keyOf={({ name, type }) => `${name} ${type}`}
        columns={[
          {
            key: 'question',
            head: words.question,
            isHead: true,
            cell: ({ name, type }) => (
              <span class="mono">
                {type} <Theirs text={name} />
              </span>
            ),
          },
          {
            key: 'status',
            head: words.answer,
            cell: ({ status, reason }) => (reason === null ? words.answerOf(status) : reasonOf(reason)),
          },
          {
            key: 'records',
            head: words.said,
            cell: ({ records, total }) => (
              <span class="mono">
                <Theirs text={records.join('\n')} />
                {total > records.length ? ` … (${number(total)})` : ''}
              </span>
            ),
          },
        ]}
      />
    </div>
  )
}

const isKnown = ({ kind }: Step) => kind !== 'not-judged' && kind !== 'untold'

const ChainStep = ({ step, isFirst }: { readonly step: Step; readonly isFirst: boolean }) => (
  <>
    {isFirst ? null : <span class="edge">{step.kind === 'alias' ? words.aliasEdge : words.edges[step.kind]}</span>}
    <div class="node">
      <b class="mono">
        <Theirs text={step.name} />
      </b>
      <span class="soft s">{words.steps[step.kind]}</span>
      {step.kind === 'untold' && step.reason !== null ? <span class="s">{reasonOf(step.reason)}</span> : null}
      {step.kind === 'name' && step.addresses.length > 0 ? (
        <span class="mono s">
          <Theirs text={step.addresses.join(', ')} />
        </span>
      ) : null}
      {step.kind === 'zone' && step.servers.length > 0 ? (
        <ul class="servers">
          {step.servers.map(({ name, addresses }) => (
            <li key={name}>
              <span class="mono">
                <Theirs text={name} />
              </span>
              {addresses.length === 0 ? (
                <Chip kind="unknown" isPlain>
                  {words.noAddress}
                </Chip>
              ) : (
                addresses.map(({ address, state }) => (
                  <Chip key={address} kind={serverKinds[state]} isPlain>
                    <Theirs text={address} /> {words.serverStates[state]}
                  </Chip>
                ))
              )}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  </>
)

const ServerTable = ({ servers }: { readonly servers: readonly ZoneServer[] }) => (
  <Table
    caption={words.chain}
    rows={servers.flatMap(({ name, addresses }) => addresses.map((at) => ({ name, ...at })))}
    keyOf={({ name, address }) => `${name} ${address}`}
    columns={[
      { key: 'name', head: words.nameServer, isHead: true, cell: ({ name }) => <Theirs text={name} /> },
      { key: 'address', head: words.address, cell: ({ address }) => <Theirs text={address} /> },
      { key: 'state', head: common.state, cell: ({ state }) => words.serverStates[state] },
      { key: 'reason', head: common.reason, cell: ({ reason }) => (reason === null ? '–' : reasonOf(reason)) },
      { key: 'serial', head: words.serial, isNumber: true, cell: ({ serial }) => serial ?? '–' },
    ]}
  />
)
