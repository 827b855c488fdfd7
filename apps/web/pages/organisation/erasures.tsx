import type { Operations } from '../../api/ask.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { list, number } from '../../words/format.ts'
import { organisationWords as words } from '../../words/organisation.ts'

type Receipt = Operations['GET /v1/erasures']['answer']['erasures'][number]

const countsOf = (erased: Receipt['erased']) => {
  const said = (Object.keys(words.counts) as (keyof Receipt['erased'])[])
    .filter((name) => erased[name] > 0)
    .map((name) => `${number(erased[name])} ${words.counts[name]}`)
  return said.length === 0 ? words.nothing : list(said)
}

/** What was erased, by receipts that name no host. */
export function Erasures() {
  const erasures = useAnswer('GET /v1/erasures', {})
  const members = useAnswer('GET /v1/members', {})
  const nameOf = ({ kind, id }: Receipt['by']) => {
    const member = members.data?.members.find((member) => member.id === id)
    return member === undefined ? `${kind} ${id.slice(0, 8)}…` : member.name === '' ? member.email : member.name
  }
  return (
    <Section id="erasures" title={words.erasures} note={words.erasuresNote}>
      <Answer of={erasures}>
        {({ erasures: receipts }) =>
          receipts.length === 0 ? (
            <Empty icon="reports" title={words.noErasures}>
              {words.noErasuresText}
            </Empty>
          ) : (
            <Table
              caption={words.erasures}
              rows={receipts}
              keyOf={({ id }) => id}
              columns={[
                { key: 'at', head: words.when, isHead: true, cell: ({ at }) => <When at={at} as="date" /> },
                { key: 'what', head: words.what, cell: ({ erased }) => countsOf(erased) },
                { key: 'by', head: words.by, cell: ({ by }) => nameOf(by) },
                {
                  key: 'digest',
                  head: words.digest,
                  cell: ({ id, digest }) => (
                    <>
                      <span class="mono s">{digest}</span>
                      <span class="sub mono">{id}</span>
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Answer>
    </Section>
  )
}
