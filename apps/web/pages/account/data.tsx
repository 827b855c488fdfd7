import { useState } from 'preact/hooks'
import { useMe } from '../../api/me.ts'
import { useAct } from '../../api/use-act.ts'
import { Complaint, Dialog } from '../../parts/form.tsx'
import { download } from '../../parts/download.ts'
import { Section } from '../../parts/page.tsx'
import { account as words } from '../../words/account.ts'
import { common } from '../../words/common.ts'

/** What is kept about one, the way out of an organisation, and the way out of all. */
export function Data() {
  const me = useMe()
  const leave = useAct('POST /v1/me/leave')
  const remove = useAct('DELETE /v1/me')
  const exportAll = useAct('GET /v1/me/export')
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Section id="export" title={words.export} note={words.exportText}>
        <button
          class="button"
          type="button"
          onClick={() => void exportAll.run({}).then((made) => made && download('portlight-account.json', made.answer))}
        >
          {words.export}
        </button>
        <Complaint error={exportAll.error} />
      </Section>
      {me.organisations.length > 1 ? (
        <Section id="leave" title={words.leave} note={words.leaveText}>
          <button
            class="button"
            type="button"
            onClick={() => void leave.run({}).then((done) => done && location.assign('/'))}
          >
            {words.leave}
          </button>
          <Complaint error={leave.error} />
        </Section>
      ) : null}
      <Section id="delete" title={words.deleteTitle}>
        <button class="button" type="button" onClick={() => setDeleting(true)}>
          {words.delete}
        </button>
      </Section>
      {isDeleting ? (
        <Dialog
          title={words.deleteTitle}
          onClose={() => setDeleting(false)}
          foot={
            <>
              <button class="button" type="button" onClick={() => setDeleting(false)}>
                {common.cancel}
              </button>
              <button
                class="button danger"
                type="button"
                onClick={() => void remove.run({}).then((done) => done && location.assign('/sign-in'))}
              >
                {words.delete}
              </button>
            </>
          }
        >
          <p>{words.deleteText}</p>
          <Complaint error={remove.error} />
        </Dialog>
      ) : null}
    </>
  )
}
