import type { Submission } from '../../../client/index.ts'

/** What the form asks for; null where no scanner is chosen. All of them with nothing said about any is what the API does by itself. */
export function submissionOf(
  form: Readonly<Record<string, string | readonly string[]>>,
  known: readonly string[],
): Submission | null {
  const text = (name: string) => String(form[name] ?? '').trim()
  const chosen = [form['scanner'] ?? []].flat()
  if (known.length > 0 && chosen.length === 0) return null
  const options: Readonly<Record<string, object>> = {
    ...(text('ports') === '' ? {} : { ports: { ports: text('ports').replaceAll(/\s+/g, '') } }),
    ...(text('tlsPort') === '' ? {} : { tls: { port: Number(text('tlsPort')) } }),
  }
  const isPlain = chosen.length === known.length && Object.keys(options).length === 0
  return {
    target: text('target'),
    ...(isPlain ? {} : { scanners: Object.fromEntries(chosen.map((name) => [name, options[name] ?? {}])) }),
    ...(text('attest') === '' ? {} : { attest: text('attest') }),
  }
}
