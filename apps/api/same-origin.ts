import type { Context } from 'hono'
import type { ApiEnv } from './app.ts'

/**
 * Whether a browser says that one of our own pages sends this (Fetch Metadata, else Origin, RFC 6454 §7).
 * Null where nothing says anything: no browser sends a POST so.
 */
export function isFromOurPages(c: Context<ApiEnv>, publicUrl: string): boolean | null {
  const fetchSite = c.req.header('sec-fetch-site')
  if (fetchSite !== undefined) return fetchSite === 'same-origin'
  const origin = c.req.header('origin')
  return origin === undefined ? null : origin === publicUrl
}

/** Methods that change nothing (RFC 9110 §9.2.1). */
export const isSafe = (method: string) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
