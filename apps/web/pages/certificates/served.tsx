import { useLocation } from 'preact-iso/router'
import type { Operations } from '../../../client/index.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { usePages } from '../../api/use-pages.ts'
import { filterFrom, saidOf } from '../../filter.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { FilterField, FilterForm } from '../../parts/filter-form.tsx'
import { Select } from '../../parts/form.tsx'
import { Chip, Stats } from '../../parts/marks.tsx'
import { Empty } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { certificates as words } from '../../words/certificates.ts'
import { date } from '../../words/format.ts'
import { daysLeft } from './lifetimes.ts'
import { NotRetested } from './not-retested.tsx'

type Served = Operations['GET /v1/certificates']['answer']['certificates'][number]
const renewals = ['in-time', 'overdue', 'ended'] as const
const chips = { overdue: 'attention', ended: 'failed' } as const

const names = ['text', 'renewal', 'hasSuccessor', 'retested'] as const

/** Which certificate is shown where, the first to end in front; what is asked for stands in the address. */
export function ServedCertificates() {
  const { query, route } = useLocation()
  const filter = filterFrom(names, query)
  const { text } = filter
  const pages = usePages(
    'GET /v1/certificates',
    { query: { limit: 50, ...saidOf(filter) } },
    ({ certificates }) => certificates,
  )
  // Whatever else is asked for, so that each figure stays the way to its rows.
  const counts = useAnswer('GET /v1/certificates/counts', { query: text === '' ? {} : { text } })
  const change = (part: Partial<typeof filter>) =>
    route(pathTo('certificates', {}, { of: 'served', ...filter, ...part }))
  const pathOf = (part: Partial<typeof filter>) => pathTo('certificates', {}, { of: 'served', text, ...part })
  return (
    <>
      <FilterForm label={words.tabs.served} className="two-filters" typed={['text']} change={change}>
        <FilterField name="text" label={words.text} value={text} maxLength={200} />
        <Select
          name="renewal"
          label={words.renewal}
          value={filter.renewal}
          onChange={({ currentTarget }) => change({ renewal: currentTarget.value, hasSuccessor: '' })}
          options={[
            { value: '', label: words.anyRenewal },
            ...renewals.map((value) => ({ value, label: words.renewals[value] })),
          ]}
        />
      </FilterForm>
      <Answer of={counts}>
        {({ certificates, places, ended, overdue, notRetested }) =>
          places === 0 ? null : (
            <Stats
              label={words.counted}
              stats={[
                {
                  n: certificates,
                  of: words.certificates(certificates),
                  note: words.places(places),
                  href: pathOf({}),
                },
                {
                  n: overdue,
                  of: words.overdue,
                  note: words.withoutSuccessor,
                  href: pathOf({ renewal: 'overdue', hasSuccessor: 'false' }),
                },
                {
                  n: ended,
                  of: words.endedCount,
                  note: words.withoutSuccessor,
                  href: pathOf({ renewal: 'ended', hasSuccessor: 'false' }),
                },
                { n: notRetested, of: words.notRetested, href: pathOf({ retested: 'false' }), isUnknown: true },
              ]}
            />
          )
        }
      </Answer>
      <Rows
        of={pages}
        empty={
          Object.keys(saidOf(filter)).length === 0 ? (
            <Empty icon="certificates" title={words.emptyCertificates}>
              {words.emptyText}
            </Empty>
          ) : (
            <Empty
              icon="certificates"
              title={words.emptyFiltered}
              action={
                <a class="button" href={pathTo('certificates', {}, { of: 'served' })}>
                  {words.showAll}
                </a>
              }
            />
          )
        }
      >
        {(rows) => <Certificates rows={rows} now={Date.now()} />}
      </Rows>
    </>
  )
}

const Certificates = ({ rows, now }: { readonly rows: readonly Served[]; readonly now: number }) => (
  <Table
    caption={words.tabs.served}
    rows={rows}
    keyOf={({ target, subject, address, fingerprint }) => [target.id, subject, address, fingerprint].join(' ')}
    columns={[
      {
        key: 'place',
        head: words.place,
        isHead: true,
        cell: ({ target, subject, address }) => (
          <>
            <a class="row-link" href={pathTo('target', { id: target.id })}>
              <Theirs text={target.display} />
            </a>
            <span class="sub mono">
              <Theirs text={subject} /> · {address}
            </span>
          </>
        ),
      },
      {
        key: 'certificate',
        head: words.certificate,
        cell: ({ holder, names, nameCount, nameMatches, trustProblem, fingerprint }) => (
          <>
            <Theirs text={holder} />
            {nameCount === 0 ? null : (
              <span class="sub mono">
                <Theirs text={names.slice(0, namesShown).join(', ')} />
                {nameCount > namesShown ? ` ${words.further(nameCount - namesShown)}` : ''}
              </span>
            )}
            <span class="sub mono" title={`SHA-256 ${fingerprint}`}>
              SHA-256 {fingerprint.slice(0, 16)}…
            </span>
            {nameMatches === false ? (
              <Chip kind="attention" isPlain>
                {words.otherNames}
              </Chip>
            ) : null}
            {trustProblem === null ? null : (
              <Chip kind="attention" isPlain>
                {words.untrusted(trustProblem)}
              </Chip>
            )}
          </>
        ),
      },
      {
        key: 'ends',
        head: words.ends,
        cell: ({ notAfter, renewal, hasSuccessor }) => (
          <>
            <When at={notAfter} as="date" />
            <span class="sub">{words.left(daysLeft({ expiresAt: notAfter }, now))}</span>
            {renewal === 'in-time' ? null : (
              <Chip kind={hasSuccessor ? 'done' : chips[renewal]} isPlain>
                {hasSuccessor ? words.succeeded : words.renewals[renewal]}
              </Chip>
            )}
          </>
        ),
      },
      {
        key: 'issuer',
        head: words.issuer,
        cell: ({ issuer, notBefore }) => (
          <>
            <Theirs text={issuer} />
            <span class="sub">{words.since(date(notBefore))}</span>
          </>
        ),
      },
      {
        key: 'key',
        head: words.key,
        cell: ({ key: { type, bits, curve } }) => [type, curve ?? bits ?? ''].join(' ').trim(),
      },
      {
        key: 'seen',
        head: words.seen,
        cell: ({ seenAt, scanId, isNotRetested }) => (
          <>
            <a class="quiet-link" href={pathTo('scan', { id: scanId })}>
              <When at={seenAt} />
            </a>
            {isNotRetested ? <NotRetested /> : null}
          </>
        ),
      },
    ]}
  />
)

const namesShown = 3
