import { useState } from 'preact/hooks'
import { useMay } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { usePages } from '../../api/use-pages.ts'
import { Complaint, Select } from '../../parts/form.tsx'
import { Chip } from '../../parts/marks.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Table } from '../../parts/table.tsx'
import { When } from '../../parts/when.tsx'
import { pathTo } from '../../paths.ts'
import { common } from '../../words/common.ts'
import { reasonOf } from '../../words/findings.ts'
import { tell as words } from '../../words/tell.ts'

const chips = { waiting: 'waiting', delivered: 'done', 'given-up': 'failed' } as const
const statuses = ['waiting', 'delivered', 'given-up'] as const
const lookMillis = 5000

/** What a webhook was told, each with how often it was tried and why it failed. */
export function Deliveries({ id }: { readonly id: string }) {
  const mayWrite = useMay()('webhooks:write')
  const [status, setStatus] = useState<(typeof statuses)[number] | undefined>()
  const pages = usePages(
    'GET /v1/webhooks/{id}/deliveries',
    { path: { id }, query: { limit: 20, ...(status === undefined ? {} : { status }) } },
    ({ deliveries }) => deliveries,
    { everyMillis: lookMillis },
  )
  const replay = useAct('POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay')
  return (
    <div class="one">
      <Select
        name={`which-${id}`}
        label={words.which}
        value={status ?? ''}
        onChange={({ currentTarget }) => setStatus(statuses.find((one) => one === currentTarget.value))}
        options={[
          { value: '', label: words.allDeliveries },
          ...statuses.map((value) => ({ value, label: words.deliveryStatus[value] })),
        ]}
      />
      <Complaint error={replay.error} />
      <Rows of={pages} empty={<p class="soft">{words.noDeliveries}</p>}>
        {(rows) => (
          <Table
            caption={words.deliveries}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'event',
                head: words.event,
                isHead: true,
                cell: ({ event, eventId, scanId, batchId }) => (
                  <>
                    <code>{event}</code>
                    <span class="sub mono">{eventId}</span>
                    {scanId === null ? null : <a href={pathTo('scan', { id: scanId })}>{words.aboutScan}</a>}
                    {batchId === null ? null : <a href={pathTo('batch', { id: batchId })}>{words.aboutBatch}</a>}
                  </>
                ),
              },
              {
                key: 'status',
                head: common.state,
                cell: ({ status, reason, tries, nextTryAt }) => (
                  <>
                    <Chip kind={chips[status]} isPlain>
                      {words.deliveryStatus[status]}
                    </Chip>
                    <span class="sub">
                      {words.tries(tries)} {reason === null ? '' : reasonOf(reason)}
                    </span>
                    {nextTryAt === null || status !== 'waiting' ? null : (
                      <span class="sub">
                        {words.nextTry} <When at={nextTryAt} />
                      </span>
                    )}
                  </>
                ),
              },
              { key: 'at', head: common.when, cell: ({ createdAt }) => <When at={createdAt} /> },
              {
                key: 'replay',
                head: words.replay,
                isAct: true,
                cell: (delivery) =>
                  mayWrite && delivery.status !== 'waiting' ? (
                    <button
                      class="button small"
                      type="button"
                      onClick={() => void replay.run({ path: { id, deliveryId: delivery.id } }).then(pages.reload)}
                    >
                      {words.replay}
                    </button>
                  ) : null,
              },
            ]}
          />
        )}
      </Rows>
    </div>
  )
}
