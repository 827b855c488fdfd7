/** From the most to the least that a member may. */
export const roles = ['owner', 'admin', 'operator', 'viewer'] as const
export type Role = (typeof roles)[number]

/** Those that somebody of this role can give: none above his own. */
export const rolesToGive = (own: Role): readonly Role[] => roles.slice(roles.indexOf(own))

/** Whether somebody of this role may change or remove a member of that one: nobody who stands above. */
export const mayTouch = (own: Role, other: Role): boolean => roles.indexOf(own) <= roles.indexOf(other)

export const roleOf = (text: unknown): Role => roles.find((role) => role === text) ?? 'viewer'
