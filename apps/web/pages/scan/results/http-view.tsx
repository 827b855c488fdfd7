import { Evidence, Theirs } from '../../../parts/evidence.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { Chip } from '../../../parts/marks.tsx'
import { reasonOf } from '../../../words/findings.ts'
import { results as words } from '../../../words/results.ts'
import { headOf, hopsOf, type WalkedHop } from './http.ts'
import type { View } from './results.tsx'

/** The way of a visitor, answer by answer, each with its header fields. */
export const HttpView = ({ result }: View) => (
  <ol class="rows">
    {hopsOf(result).map((hop) => (
      <li key={`${hop.walk} ${hop.number}`}>
        <OneHop hop={hop} />
      </li>
    ))}
  </ol>
)

const OneHop = ({ hop }: { readonly hop: WalkedHop }) => (
  <>
    <p class="hop">
      <span class="mono">
        <Theirs text={hop.url} />
      </span>
      {hop.response === null ? (
        <Chip kind="unknown" isPlain>
          {reasonOf(hop.failure?.outcome ?? 'unknown')}
        </Chip>
      ) : (
        <b>
          {hop.response.status} <Theirs text={hop.response.reasonPhrase} />
        </b>
      )}
      <span class="faint s">
        {hop.address === null ? null : <Theirs text={hop.address} />}
        {hop.tls === null ? '' : ` · ${hop.tls.version}`}
      </span>
    </p>
    {hop.response === null || hop.response.fields.length === 0 ? null : (
      <details class="as-table">
        <summary>
          <Icon name="chevron-right" />
          {words.head(hop.response.fieldCount)}
        </summary>
        <Evidence source={words.headSource(hop.address ?? hop.url)} text={headOf(hop)} />
      </details>
    )}
  </>
)
