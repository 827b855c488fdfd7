import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, expect, test } from 'vitest'
import { useApi } from '#test/support/api.ts'
import { openBrowser } from '#test/support/browser.ts'

const browser = await openBrowser()
const { api } = await useApi()
afterAll(() => browser?.close())

test.runIf(browser)(
  'the reference page shows every route in a real browser, asks nobody else, and breaks no rule of its policy',
  async () => {
    const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const page = await browser!.newPage()
    // Of a long document the page shows what is in sight.
    await page.setViewportSize({ width: 1280, height: 40_000 })
    const complaints: string[] = []
    const asked = new Set<string>()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) =>
      asked.add(new URL(request.url()).protocol === 'data:' ? base : new URL(request.url()).origin),
    )
    await page.goto(`${base}/docs`)
    const { paths } = (await (await api.app.request('/openapi.json')).json()) as { paths: Record<string, object> }
    const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(() => path))
    await page
      .locator('.opblock')
      .nth(operations.length - 1)
      .waitFor()
    const shown = await page.locator('.opblock-summary-path').allInnerTexts()
    expect(shown.map((path) => path.replaceAll('\u200b', '')).sort()).toEqual(operations.sort())
    expect([...asked]).toEqual([base])
    expect(complaints).toEqual([])
    server.close()
    await page.close()
  },
)
