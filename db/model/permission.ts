import type { Actor } from './actor.ts'
import { isAtLeast, type OrganisationRole } from './role.ts'

interface Permission {
  /** The least role in the organisation; null where the instance's role decides alone. */
  readonly role: OrganisationRole | null
  /** `admin` may change, `viewer` only look. */
  readonly instance?: 'admin' | 'viewer'
  /** What passes: any credential, a person's session, or a session whose second factor is fresh. */
  readonly by: 'any' | 'session' | 'fresh-session'
  readonly means: string
}

/** Every verb there is, who may use it, and by what. Which rows it reaches is ownership's: a query is always conditioned on the actor's organisation. */
export const permissions = {
  'scans:read': { role: 'viewer', by: 'any', means: 'read scans and what they show' },
  'scans:write': { role: 'operator', by: 'any', means: 'submit and cancel scans' },
  'targets:read': { role: 'viewer', by: 'any', means: 'read targets and their proofs' },
  'targets:write': { role: 'operator', by: 'any', means: 'add, change and prove targets' },
  'targets:erase': {
    role: 'admin',
    by: 'any',
    means: 'erase targets with all that is about them, and see what was erased',
  },
  'schedules:read': { role: 'viewer', by: 'any', means: 'read schedules, what became of their runs, and blackouts' },
  'schedules:write': { role: 'operator', by: 'any', means: 'make, change, pause and remove schedules and blackouts' },
  'findings:read': { role: 'viewer', by: 'any', means: 'read findings, their history, and what changed between scans' },
  'findings:write': { role: 'operator', by: 'any', means: 'decide on findings, and set their severity' },
  'discussion:write': { role: 'viewer', by: 'any', means: 'say something about a finding or a target' },
  'members:read': { role: 'viewer', by: 'any', means: 'see who is in the organisation' },
  'members:write': { role: 'admin', by: 'fresh-session', means: 'invite, remove and change members' },
  'keys:read': { role: 'operator', by: 'any', means: 'list API keys and service accounts' },
  'keys:write': { role: 'operator', by: 'fresh-session', means: 'make and revoke API keys of one’s own' },
  'service-accounts:write': {
    role: 'admin',
    by: 'fresh-session',
    means: 'make and disable service accounts, and revoke any key',
  },
  'organisation:write': { role: 'owner', by: 'fresh-session', means: 'rename or delete the organisation' },
  'webhooks:read': { role: 'admin', by: 'any', means: 'see webhooks and what they were told' },
  'webhooks:write': { role: 'admin', by: 'any', means: 'add, change, test and replay webhooks' },
  'alerts:read': { role: 'viewer', by: 'any', means: 'read alerts, who was told of them, and by which routes' },
  'alerts:write': { role: 'admin', by: 'any', means: 'make, change, test and remove routes of alerts' },
  'audit:read': { role: 'admin', by: 'any', means: 'read and export what was done in the organisation' },
  'self:read': { role: null, by: 'any', means: 'see who one is and what one may' },
  'self:write': { role: null, by: 'session', means: "change one's own account and end one's own sessions" },
  'self:secure': {
    role: null,
    by: 'fresh-session',
    means: "change one's factors, export or delete one's account",
  },
  'instance:read': {
    role: null,
    instance: 'viewer',
    by: 'session',
    means: 'see the users of this instance, its queues, its workers and how everybody’s scans stand',
  },
  'instance:write': {
    role: null,
    instance: 'admin',
    by: 'fresh-session',
    means:
      'disable users, end their sessions, start resets, give instance roles, keep the do-not-scan list, act on queues, workers and everybody’s scans',
  },
  'instance:operate': {
    role: null,
    instance: 'admin',
    by: 'any',
    means:
      'verify the audit, take lost factors away together with a second admin, stop all outward packets, answer abuse mail; of keys only this machine’s own',
  },
  'targets:attest': {
    role: 'operator',
    instance: 'admin',
    by: 'any',
    means: 'state that a target may be scanned, without a proof; of keys only this machine’s own',
  },
} as const satisfies Record<string, Permission>

export type PermissionName = keyof typeof permissions
export const permissionNames = Object.keys(permissions) as PermissionName[]

/** Those that a key can have: all the others want a person. */
export const scopes = permissionNames.filter((name) => permissions[name].by === 'any')

/** Why an actor may not. */
export const denials = ['role-too-low', 'scope-missing', 'session-required', 'step-up-required'] as const
export type Denial = (typeof denials)[number]

/** The one place that says who may do what; null where the actor may. */
export function denialOf(actor: Actor, name: PermissionName): Denial | null {
  const { role, instance, by }: Permission = permissions[name]
  const { credential } = actor
  if (credential.kind === 'api-key' && by !== 'any') return by === 'session' ? 'session-required' : 'step-up-required'
  if (role !== null && !isAtLeast(actor.role, role)) return 'role-too-low'
  if (instance !== undefined && !hasInstanceRole(actor, instance)) return 'role-too-low'
  if (credential.kind === 'api-key' && !(credential.scopes?.includes(name) ?? true)) return 'scope-missing'
  if (credential.kind === 'session' && by === 'fresh-session' && !credential.isFresh) return 'step-up-required'
  return null
}

function hasInstanceRole({ instanceRole }: Actor, least: 'admin' | 'viewer'): boolean {
  return instanceRole === 'instance-admin' || (least === 'viewer' && instanceRole === 'instance-viewer')
}
