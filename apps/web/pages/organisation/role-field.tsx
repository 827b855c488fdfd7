import { account } from '../../words/account.ts'
import { organisationWords as words } from '../../words/organisation.ts'
import type { Role } from './roles.ts'

/** One of these roles, each with what it may; the first is chosen, so the least comes first. */
export const RoleField = ({ roles }: { readonly roles: readonly Role[] }) => (
  <fieldset class="choices">
    <legend>{words.role}</legend>
    {roles.map((role, i) => (
      <label key={role}>
        <input type="radio" name="role" value={role} defaultChecked={i === 0} />
        <span>
          <b>{account.roles[role]}</b>
          <small>{words.roleMeans[role]}</small>
        </span>
      </label>
    ))}
  </fieldset>
)
