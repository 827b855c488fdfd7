import { useState } from 'preact/hooks'
import type { Operations } from '../../api/ask.ts'
import { useAct } from '../../api/use-act.ts'
import { Command } from '../../parts/copy.tsx'
import { Complaint, Dialog } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { auditWords as words } from '../../words/audit.ts'

type Verdict = Operations['GET /v1/instance/audit']['answer']

/** Follows the chain of the whole instance's audit, and says what was found. */
export function Verify() {
  const verify = useAct('GET /v1/instance/audit')
  const [isOpen, setOpen] = useState(false)
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const act = async () => {
    setOpen(true)
    setVerdict(null)
    const told = await verify.run({})
    if (told !== null) setVerdict(told.answer)
  }
  return (
    <>
      <button class="button" type="button" onClick={() => void act()} aria-disabled={verify.isBusy}>
        {words.verify}
      </button>
      {isOpen ? (
        <Dialog title={words.verify} onClose={() => setOpen(false)}>
          {verify.isBusy ? <p role="status">{words.verifying}</p> : null}
          <Complaint error={verify.error} />
          {verdict === null ? null : <Told verdict={verdict} />}
        </Dialog>
      ) : null}
    </>
  )
}

const Told = ({ verdict: { brokenAt, sealed, notSealedYet, erased, head } }: { readonly verdict: Verdict }) => (
  <>
    <div class={brokenAt === null ? 'notice ok' : 'notice critical'} role="status">
      <Icon name={brokenAt === null ? 'ok' : 'attention'} />
      <div>
        <p>{brokenAt === null ? words.whole(sealed) : words.broken(brokenAt.serial)}</p>
        {brokenAt === null ? null : <p>{words.brokenText}</p>}
      </div>
    </div>
    {notSealedYet === 0 ? null : <p>{words.notSealed(notSealedYet)}</p>}
    {erased === 0 ? null : <p>{words.erased(erased)}</p>}
    <p class="soft s">{words.head}</p>
    <Command text={head} isText />
  </>
)
