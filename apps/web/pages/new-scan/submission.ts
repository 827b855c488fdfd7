import type { Submission } from '../../../client/index.ts'
import { fieldName, optionFields } from './options.ts'

interface Known {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** What the form asks for; null where no scanner is chosen. All of them with nothing said about any is what the API does by itself. */
export function submissionOf(
  form: Readonly<Record<string, string | readonly string[]>>,
  known: readonly Known[],
): Submission | null {
  const text = (name: string) => String(form[name] ?? '').trim()
  const chosen = [form['scanner'] ?? []].flat()
  if (known.length > 0 && chosen.length === 0) return null
  const asked = known
    .filter(({ name }) => chosen.includes(name))
    .map(({ name, options }): [string, Readonly<Record<string, unknown>>] => [name, said(name, options, text)])
  const isPlain = asked.length === known.length && asked.every(([, options]) => Object.keys(options).length === 0)
  return {
    target: text('target'),
    ...(isPlain ? {} : { scanners: Object.fromEntries(asked) }),
    ...(text('attest') === '' ? {} : { attest: text('attest') }),
  }
}

function said(scanner: string, options: Known['options'], text: (name: string) => string) {
  return Object.fromEntries(
    optionFields(options).flatMap(({ name, kind, usual }) => {
      const value = text(fieldName(scanner, name))
      if (value === '' || value === usual) return []
      // A list of ports may be pasted with spaces and line ends in it.
      return [[name, kind === 'number' ? Number(value) : name === 'ports' ? value.replaceAll(/\s+/g, '') : value]]
    }),
  )
}
