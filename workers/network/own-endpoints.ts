import { lookup } from 'node:dns/promises'
import type { Endpoint } from './door.ts'

export interface OwnServers {
  readonly api: { readonly host: string; readonly port: number }
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
}

/** Where our own servers listen, from the settings that name them. A name that does not resolve leads nowhere just now, so there is nothing to dial at it. */
export async function ownEndpoints({ api, databaseUrl, redisUrl }: OwnServers): Promise<Endpoint[]> {
  const places = [api, placeOf(databaseUrl, 5432), placeOf(redisUrl, 6379)].filter((place) => place !== null)
  const endpoints = await Promise.all(
    places.map(async ({ host, port }) => {
      const found = await lookup(host, { all: true }).catch(() => [])
      return found.map(({ address }) => ({ address, port }))
    }),
  )
  return endpoints.flat()
}

function placeOf(url: string | null, usualPort: number) {
  if (url === null || !URL.canParse(url)) return null
  const { hostname, port } = new URL(url)
  return hostname === ''
    ? null
    : { host: hostname.replace(/^\[(.+)\]$/, '$1'), port: port === '' ? usualPort : Number(port) }
}
