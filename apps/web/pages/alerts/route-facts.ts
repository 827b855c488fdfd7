import type { Operations } from '../../../client/index.ts'

export type Route = Operations['GET /v1/alert-routes']['answer']['routes'][number]
export type RouteFacts = Operations['POST /v1/alert-routes']['input']['body']

/** What is asked for to have the same route once more: nothing of it gets lost, nor wider. */
export const askedAgain = (route: Route): RouteFacts => ({
  ...(route.name === '' ? {} : { name: route.name }),
  targets: targetsOf(route.targets.tags ?? [], route.targets.ids ?? []),
  leastSeverity: route.leastSeverity,
  webhookIds: route.webhookIds,
  userIds: route.userIds,
  toOwners: route.toOwners,
  toTargetOwner: route.toTargetOwner,
  digestCron: route.digestCron,
  quietHours: route.quietHours,
  zone: route.zone,
  isDisabled: route.isDisabled,
})

/** By tags, by name, or with neither every target. */
export const targetsOf = (tags: readonly string[], ids: readonly string[]): NonNullable<RouteFacts['targets']> => ({
  ...(tags.length === 0 ? {} : { tags: [...tags] }),
  ...(ids.length === 0 ? {} : { ids: [...ids] }),
})
