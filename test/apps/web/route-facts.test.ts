import { expect, test } from 'vitest'
import { askedAgain, type Route } from '#apps/web/pages/alerts/route-facts.ts'

const route: Route = {
  id: '01890000-0000-7000-8000-000000000001',
  name: 'shop',
  targets: { ids: ['01890000-0000-7000-8000-000000000002'], tags: ['web'] },
  leastSeverity: 'high',
  webhookIds: ['01890000-0000-7000-8000-000000000003'],
  userIds: [],
  toOwners: false,
  toTargetOwner: true,
  digestCron: '0 8 * * *',
  quietHours: { from: '22:00', to: '07:00' },
  zone: 'Europe/Berlin',
  isDisabled: true,
  createdAt: '2026-11-27T12:00:00.000Z',
}

test('a route that comes back leads where it led, for the same targets only, and stays switched off', () => {
  const { id: _, createdAt: __, ...facts } = route
  expect(askedAgain(route)).toEqual(facts)
  expect(askedAgain({ ...route, targets: { ids: null, tags: ['web'] } }).targets).toEqual({ tags: ['web'] })
})
