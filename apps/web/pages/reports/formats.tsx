import './style.css'
import { reports as words } from '../../words/reports.ts'
import { type About, formats, reportAddress } from './about.ts'

/** A report in each of its formats, with what each is for. */
export const Formats = ({ about }: { readonly about: About }) => (
  <ul class="formats">
    {formats.map((format) => (
      <li key={format}>
        {/* The page opens beside this one; the others are files. */}
        <a
          class="button"
          href={reportAddress(about, format)}
          {...(format === 'html' ? { target: '_blank', rel: 'noopener' } : { download: '' })}
        >
          {words.formats[format].name}
        </a>
        <span class="soft s">{words.formats[format].is}</span>
      </li>
    ))}
  </ul>
)
