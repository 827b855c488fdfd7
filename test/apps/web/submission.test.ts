import { expect, test } from 'vitest'
import { optionFields } from '#apps/web/pages/new-scan/options.ts'
import { submissionOf } from '#apps/web/pages/new-scan/submission.ts'
import { catalogue, scanPlan } from '#workers/scanners/catalog.ts'

const known = catalogue()
const names = known.map(({ name }) => name)
const form = (fields: Record<string, string | string[]>) => ({ target: ' shop.example ', scanner: names, ...fields })

test('nothing said about any scanner is what the API does by itself', () => {
  expect(submissionOf(form({ 'ports.ports': '', 'tls.port': ' ' }), known)).toEqual({ target: 'shop.example' })
})

test('none chosen is no scan', () => {
  expect(submissionOf({ target: 'shop.example' }, known)).toBeNull()
})

test('what is said becomes what the scanners take: numbers as numbers, and what holds anyway is left out', () => {
  const asked = submissionOf(
    form({
      scanner: ['ports', 'tls', 'http'],
      'ports.ports': '22, 80,\n8000-8100',
      'tls.port': '8443',
      'tls.starttls': 'smtp',
      'http.path': '/',
    }),
    known,
  )
  expect(asked?.scanners).toEqual({
    ports: { ports: '22,80,8000-8100' },
    tls: { port: 8443, starttls: 'smtp' },
    http: {},
  })
  expect(scanPlan.safeParse(asked?.scanners).success).toBe(true)
})

test('the right is stated only where something is said', () => {
  expect(submissionOf(form({ attest: ' It is our own shop. ' }), known)).toEqual({
    target: 'shop.example',
    attest: 'It is our own shop.',
  })
})

test('every option of every scanner has a field', () => {
  for (const { name, options } of known)
    expect(
      optionFields(options).map((field) => field.name),
      name,
    ).toEqual(Object.keys(options['properties'] as object))
})

test('a schema that no plain field can say is left out', () => {
  expect(optionFields({ properties: { deep: { type: 'object' }, list: { type: 'array' }, odd: null } })).toEqual([])
})
