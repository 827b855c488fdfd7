/** What a member of an organisation may do there, each role more than the next. */
export const organisationRoles = ['owner', 'admin', 'operator', 'viewer'] as const
export type OrganisationRole = (typeof organisationRoles)[number]

/** What somebody may do with the whole instance, beside any organisation. */
export const instanceRoles = ['instance-admin', 'instance-viewer'] as const
export type InstanceRole = (typeof instanceRoles)[number]

/** True where `role` may do all that `least` may. */
export const isAtLeast = (role: OrganisationRole, least: OrganisationRole) =>
  organisationRoles.indexOf(role) <= organisationRoles.indexOf(least)
