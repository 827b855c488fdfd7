import type { Operations } from '../api/ask.ts'
import { keyWords as words } from '../words/keys.ts'
import { list } from '../words/format.ts'
import { ConfirmedAct } from './confirm.tsx'
import { Chip } from './marks.tsx'
import { type Column, Table } from './table.tsx'
import { When } from './when.tsx'

type ApiKey = Operations['GET /v1/keys']['answer']['keys'][number]

/** So long before its end a key is said to end soon. */
const soonMillis = 14 * 24 * 3600_000
/** Of the machine that Portlight runs on, and nobody's to make. */
const localName = 'local'

const scopeOf = (scope: string) => (words.scopes as Readonly<Record<string, string>>)[scope] ?? scope
/** Every key may see itself: that is not said. */
const mayOf = ({ scopes }: Pick<ApiKey, 'scopes'>): string =>
  scopes === null
    ? words.all
    : scopes
        .filter((scope) => scope !== 'self:read')
        .map((scope) => scopeOf(scope))
        .join('; ')

const Standing = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>) =>
  expiresAt !== null && Date.parse(expiresAt) - Date.now() < soonMillis ? (
    <Chip kind="attention" isPlain>
      {words.endsSoon}
    </Chip>
  ) : (
    <Chip kind="ok" isPlain>
      {words.works}
    </Chip>
  )

/** Keys that work: what each may, where, from where and until when. */
export const KeysTable = ({
  keys,
  isOfMany = false,
  mayRevoke,
  onRevoked,
}: {
  readonly keys: readonly ApiKey[]
  /** Of several people and accounts: whose each is stands beside it. */
  readonly isOfMany?: boolean
  readonly mayRevoke: boolean
  readonly onRevoked: () => void
}) => (
  <Table
    caption={words.title}
    rows={keys}
    keyOf={({ id }) => id}
    columns={[
      {
        key: 'name',
        head: words.key,
        isHead: true,
        cell: ({ name, hint }) => (
          <>
            {name}
            <span class="sub mono">{hint}…</span>
          </>
        ),
      },
      ...(isOfMany
        ? [
            {
              key: 'owner',
              head: words.owner,
              cell: ({ owner }) => (
                <>
                  {owner.name}
                  {owner.kind === 'service-account' ? <span class="sub">{words.ofService}</span> : null}
                </>
              ),
            } satisfies Column<ApiKey>,
          ]
        : []),
      { key: 'may', head: words.may, cell: mayOf },
      {
        key: 'where',
        head: words.where,
        cell: ({ targetTags }) => (targetTags === null ? words.allTargets : words.tags(list(targetTags))),
      },
      {
        key: 'from',
        head: words.from,
        cell: ({ sourceRanges }) =>
          sourceRanges === null ? words.anywhere : <span class="mono">{sourceRanges.join(' ')}</span>,
      },
      { key: 'used', head: words.lastUsed, cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
      {
        key: 'ends',
        head: words.ends,
        cell: ({ expiresAt }) => (expiresAt === null ? words.endsNever : <When at={expiresAt} />),
      },
      { key: 'state', head: words.state, cell: ({ expiresAt }) => <Standing expiresAt={expiresAt} /> },
      ...(mayRevoke
        ? [
            {
              key: 'revoke',
              head: words.revoke,
              isAct: true,
              cell: ({ id, name, owner }) => (
                <ConfirmedAct
                  act="DELETE /v1/keys/{id}"
                  input={{ path: { id } }}
                  label={words.revoke}
                  about={name}
                  title={words.revokeTitle(name)}
                  onDone={onRevoked}
                >
                  <p>{words.revokeText}</p>
                  {owner.kind === 'service-account' && owner.name === localName ? <p>{words.local}</p> : null}
                </ConfirmedAct>
              ),
            } satisfies Column<ApiKey>,
          ]
        : []),
    ]}
  />
)
