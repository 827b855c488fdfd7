import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { ApiEnv } from '../app.ts'

/** Every cookie there is. All are `__Host-`: this host alone, every path, Secure; no script reads one (RFC 6265bis §4.1.3.2). */
const cookies = {
  access: { name: 'portlight-access' },
  refresh: { name: 'portlight-refresh' },
  /** Names a browser that has proved a second factor. */
  device: { name: 'portlight-device' },
  /** Of the form being filled in: the challenge that was begun, and what binds it to this browser. */
  challenge: { name: 'portlight-challenge' },
} as const
export type CookieName = keyof typeof cookies

export const readCookie = (c: Context<ApiEnv>, cookie: CookieName): string | undefined =>
  getCookie(c, cookies[cookie].name, 'host')

/** `seconds` null: until the browser is closed. */
export function writeCookie(c: Context<ApiEnv>, cookie: CookieName, value: string, seconds: number | null): void {
  setCookie(c, cookies[cookie].name, value, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    ...(seconds === null ? {} : { maxAge: seconds }),
  })
}

export function dropCookies(c: Context<ApiEnv>, ...names: readonly CookieName[]): void {
  for (const cookie of names) deleteCookie(c, cookies[cookie].name, { prefix: 'host', path: '/', secure: true })
}
