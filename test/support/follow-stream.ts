import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll } from 'vitest'
import type { TestApi } from './api.ts'

export interface StreamMessage<Data> {
  readonly event: string
  readonly id: string | undefined
  readonly data: Data
}

/** Listens for the test file's API and gives its address, and a way to follow its streams. */
export async function useStreams(api: TestApi) {
  const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  afterAll(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const follow = <Data>(path: string, headers: Record<string, string>) => followStream<Data>(base + path, headers)
  return { base, follow }
}

/** Follows a stream; each call of `next` gives the next message, null at its end. */
export async function followStream<Data>(url: string, headers: Record<string, string>) {
  const answer = await fetch(url, { headers })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    async next(): Promise<StreamMessage<Data> | null> {
      while (!rest.includes('\n\n')) {
        const { value, done } = await reader!.read()
        if (done) return null
        rest += value
      }
      const [block = ''] = rest.split('\n\n', 1)
      rest = rest.slice(block.length + 2)
      if (block.startsWith(':')) return this.next()
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      )
      return {
        event: fields.get('event')!,
        id: fields.get('id'),
        data: JSON.parse(fields.get('data')!) as Data,
      }
    },
    close: () => reader?.cancel(),
  }
}

export const bearer = ({ accessToken }: { readonly accessToken: string }) => ({
  authorization: `Bearer ${accessToken}`,
})
