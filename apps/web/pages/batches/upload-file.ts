import type { Asked } from '../../../client/index.ts'

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  txt: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
}

/** Sends a file as it is, which may be larger than what a page should read. @returns the batch's id. @throws Error with the API's words */
export async function uploadFile(file: File, query: NonNullable<Asked<'POST /v1/batches'>['query']>): Promise<string> {
  const ending = file.name.split('.').at(-1)?.toLowerCase() ?? ''
  const fields = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  const response = await fetch(`/v1/batches?${new URLSearchParams(fields).toString()}`, {
    method: 'POST',
    headers: { 'content-type': types[ending] ?? 'text/csv', 'idempotency-key': crypto.randomUUID() },
    body: file,
  })
  const answer = (await response.json()) as { readonly id?: string; readonly detail?: string; readonly title?: string }
  if (!response.ok || answer.id === undefined) throw new Error(answer.detail ?? answer.title ?? String(response.status))
  return answer.id
}
