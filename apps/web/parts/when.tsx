import { useEffect, useState } from 'preact/hooks'
import { common } from '../words/common.ts'
import { dateAndTime, exact, fromNow } from '../words/format.ts'

const everyMillis = 30_000

/** An instant as people say it (`3 hours ago`); exactly on hover, and on a tap. Null is “never”. */
export function When({ at, as = 'age' }: { readonly at: string | null; readonly as?: 'age' | 'date' }) {
  const [isExact, setExact] = useState(false)
  const [, setNow] = useState(0)
  useEffect(() => {
    if (as !== 'age' || at === null) return
    const timer = setInterval(() => setNow(Date.now()), everyMillis)
    return () => clearInterval(timer)
  }, [as, at])
  if (at === null) return <span>{common.never}</span>
  const said = isExact ? exact(at) : as === 'age' ? fromNow(at) : dateAndTime(at)
  return (
    <time dateTime={at} title={exact(at)} onClick={() => setExact(!isExact)}>
      {said}
    </time>
  )
}
