import { useLocation } from 'preact-iso/router'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { Field, sent } from '../../parts/form.tsx'
import { Empty, Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { number } from '../../words/format.ts'
import { instanceWords as words } from '../../words/instance.ts'
import { scan as scanWords } from '../../words/scan.ts'

const shownAtMost = 100

/** Who touched an address, when, and by what right: the answer to an abuse mail. */
export function Contacts() {
  const { query, route } = useLocation()
  const address = (query['address'] ?? '').slice(0, 50)
  const contacts = useAnswer(
    'GET /v1/instance/contacts',
    address === '' ? null : { query: { address, limit: shownAtMost } },
  )
  return (
    <Section id="contacts" title={words.contacts} note={words.contactsNote}>
      <form
        class="find-one"
        role="search"
        onSubmit={(event) =>
          route(pathTo('instance', {}, { tab: 'contacts', address: String(sent(event)['address']).trim() }))
        }
      >
        <Field
          key={address}
          name="address"
          label={words.address}
          hint={words.addressHint}
          defaultValue={address}
          required
          maxLength={50}
          spellcheck={false}
        />
        <button class="button" type="submit">
          {words.look}
        </button>
      </form>
      {address === '' ? null : (
        <Answer of={contacts}>
          {({ contacts: found }) =>
            found.length === 0 ? (
              <Empty icon="search" title={words.noContacts}>
                {words.noContactsText}
              </Empty>
            ) : (
              <>
                <Table
                  caption={words.contacts}
                  rows={found}
                  keyOf={({ runId }) => runId}
                  columns={[
                    {
                      key: 'who',
                      head: words.organisation,
                      isHead: true,
                      cell: ({ organisation, requestedBy }) => (
                        <>
                          {organisation}
                          {requestedBy === null ? null : (
                            <span class="sub">
                              {words.requestedBy} <span class="mono">{requestedBy}</span>
                            </span>
                          )}
                        </>
                      ),
                    },
                    { key: 'scanner', head: words.scanner, cell: ({ scanner }) => <code>{scanner}</code> },
                    { key: 'first', head: words.first, cell: ({ firstAt }) => <When at={firstAt} as="date" /> },
                    { key: 'last', head: words.last, cell: ({ lastAt }) => <When at={lastAt} as="date" /> },
                    {
                      key: 'connections',
                      head: words.connections,
                      isNumber: true,
                      cell: ({ connections }) => number(connections),
                    },
                    {
                      key: 'right',
                      head: words.right,
                      cell: ({ basis, tier, proof, sentence }) => (
                        <>
                          {[
                            basis === null ? null : scanWords.basis[basis],
                            tier === null ? null : words.tier[tier],
                            proof,
                          ]
                            .filter((word) => word !== null)
                            .join(', ')}
                          {sentence === null ? null : (
                            <span class="sub">
                              <Theirs text={sentence} />
                            </span>
                          )}
                        </>
                      ),
                    },
                    { key: 'scan', head: words.scanOf, cell: ({ scanId }) => <span class="mono s">{scanId}</span> },
                  ]}
                />
                {found.length === shownAtMost ? <p class="soft s">{words.first100}</p> : null}
              </>
            )
          }
        </Answer>
      )}
    </Section>
  )
}
