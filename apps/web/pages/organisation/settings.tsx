import { useMay, useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Answer } from '../../parts/answer.tsx'
import { Complaint, Field, sent } from '../../parts/form.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { say } from '../../shell/toasts.tsx'
import { account } from '../../words/account.ts'
import { common } from '../../words/common.ts'
import { organisationWords as words } from '../../words/organisation.ts'

/** The organisation's name and what it keeps, one's others, and a new one. */
export function Settings() {
  return (
    <>
      <Facts />
      <Others />
    </>
  )
}

function Facts() {
  const may = useMay()
  const organisation = useAnswer('GET /v1/organisation', {})
  const change = useAct('PATCH /v1/organisation')
  const mayWrite = may('organisation:write')
  const save = async ({ name = '', keep = '' }: Readonly<Record<string, string>>) => {
    const keepScansDays = keep === '' ? null : Number(keep)
    if ((await change.run({ body: { name: name.trim(), keepScansDays } })) === null) return
    say(words.saved)
    organisation.reload()
  }
  return (
    <Section id="settings" title={words.settings} note={mayWrite ? undefined : words.onlyOwners}>
      <Answer of={organisation}>
        {({ name, keepScansDays }) => (
          <form class="form narrow" onSubmit={(event) => void save(sent(event) as Record<string, string>)}>
            <fieldset class="form" disabled={!mayWrite}>
              <legend class="visually-hidden">{words.settings}</legend>
              <Field name="name" label={words.name} defaultValue={name} required maxLength={100} />
              <Field
                name="keep"
                type="number"
                min={1}
                max={3650}
                label={words.keep}
                hint={words.keepHint}
                defaultValue={keepScansDays ?? ''}
              />
            </fieldset>
            <Complaint error={change.error} />
            {mayWrite ? (
              <div class="actions">
                <button class="button" type="submit" aria-disabled={change.isBusy}>
                  {common.save}
                </button>
              </div>
            ) : null}
          </form>
        )}
      </Answer>
    </Section>
  )
}

function Others() {
  const me = useMe()
  const make = useAct('POST /v1/organisations')
  const move = useAct('POST /v1/me/organisation')
  const others = me.organisations.filter(({ id }) => id !== me.organisation.id)
  // All that the page holds is of the other organisation from then on: it is loaded anew.
  const switchTo = async (organisationId: string) => {
    if ((await move.run({ body: { organisationId, as: 'cookie' } })) !== null) location.assign(pathTo('overview'))
  }
  const found = async (name: string) => {
    const made = await make.run({ body: { name } })
    if (made !== null) await switchTo(made.answer.id)
  }
  return (
    <>
      {others.length === 0 ? null : (
        <Section id="others" title={words.others} note={words.othersNote}>
          <Table
            caption={words.others}
            rows={others}
            keyOf={({ id }) => id}
            columns={[
              { key: 'name', head: words.name, isHead: true, cell: ({ name }) => name },
              { key: 'role', head: words.role, cell: ({ role }) => account.roles[role] },
              {
                key: 'switch',
                head: words.switchTo,
                isAct: true,
                cell: ({ id, name }) => (
                  <button
                    class="button small"
                    type="button"
                    aria-label={`${words.switchTo}: ${name}`}
                    onClick={() => void switchTo(id)}
                  >
                    {words.switchTo}
                  </button>
                ),
              },
            ]}
          />
        </Section>
      )}
      <Section id="new" title={words.makeOrganisation} note={words.makeOrganisationText}>
        <form class="form narrow" onSubmit={(event) => void found(String(sent(event)['newName']).trim())}>
          <Field name="newName" label={words.name} required maxLength={100} />
          <Complaint error={make.error ?? move.error} />
          <div class="actions">
            <button class="button" type="submit" aria-disabled={make.isBusy || move.isBusy}>
              {words.makeOrganisation}
            </button>
          </div>
        </form>
      </Section>
    </>
  )
}
