import type { Scan } from '../../../client/index.ts'
import { CoverageBar } from '../../parts/coverage.tsx'
import { Theirs } from '../../parts/evidence.tsx'
import { RunChip } from '../../parts/marks.tsx'
import { fromNow, number } from '../../words/format.ts'
import { reasonOf } from '../../words/findings.ts'
import { scan as words } from '../../words/scan.ts'
import type { Run } from './told.ts'

/** How far each scanner got: what was answered, what could not be told, what was not asked and why. */
export const CoverageRows = ({ scan }: { readonly scan: Scan }) => (
  <>
    <ul class="cover-rows wide">
      {scan.runs.map((run) => (
        <CoverageRow key={run.scanner} run={run} />
      ))}
    </ul>
    <ul class="legend">
      <Key label={words.legendAnswered} answered={1} untold={0} unasked={0} />
      <Key label={words.legendUntold} answered={0} untold={1} unasked={0} />
      <Key label={words.legendUnasked} answered={0} untold={0} unasked={1} />
    </ul>
  </>
)

const Key = ({
  label,
  ...shares
}: {
  readonly label: string
  readonly answered: number
  readonly untold: number
  readonly unasked: number
}) => (
  <li>
    <CoverageBar {...shares} />
    {label}
  </li>
)

const wasAsked = (status: Run['status']) => status !== 'not-asked' && status !== 'refused'

function CoverageRow({ run }: { readonly run: Run }) {
  const { title, status, reason, detail, coverage, fromCache, authority } = run
  const shares =
    coverage === null
      ? { answered: 0, untold: wasAsked(status) ? 1 : 0, unasked: wasAsked(status) ? 0 : 1 }
      : { answered: coverage.answered, untold: coverage.silent, unasked: coverage.leftOut.length }
  return (
    <li>
      <h3>{title}</h3>
      <CoverageBar {...shares} />
      <span class="s">
        {coverage === null ? (
          <RunChip status={status} isPlain />
        ) : (
          <>
            {number(coverage.answered)} / {number(coverage.asked)} {coverage.unit} {words.answered}
            {coverage.silent === 0 ? null : (
              <span class="dashed">
                , {number(coverage.silent)} {words.notTold}
              </span>
            )}
          </>
        )}
      </span>
      <div class="why">
        {status === 'completed' || reason === null ? null : (
          <p>
            {reasonOf(reason)}
            {detail === null ? null : (
              <>
                : <Theirs text={detail} />
              </>
            )}
          </p>
        )}
        {fromCache === null ? null : (
          <p>{words.fromCache(fromNow(new Date(Date.now() - fromCache.ageSeconds * 1000).toISOString()))}</p>
        )}
        {authority === null ? null : (
          <p>
            {words.right}: {words.basis[authority.basis]}
            {authority.sentence === null ? null : (
              <>
                {' '}
                (“
                <Theirs text={authority.sentence} />
                ”)
              </>
            )}
          </p>
        )}
        {coverage === null || coverage.leftOut.length === 0 ? null : (
          <p>
            <a href="#not-asked">{words.leftOut(coverage.leftOut.length)}</a>
          </p>
        )}
      </div>
    </li>
  )
}
