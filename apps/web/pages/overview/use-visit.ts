import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../../api/ask.ts'
import { useMe } from '../../api/me.ts'
import { type Answered, useAnswer } from '../../api/use-answer.ts'
import type { Operations } from '../../api/ask.ts'
import { lookMillis, sinceOf, type Visit, visitIn } from './visit.ts'

type Overview = Operations['GET /v1/overview']['answer']

const askMillis = 15_000
const keyOf = (person: string, organisation: string) => `visit ${person} ${organisation}`

export interface Visited {
  readonly overview: Answered<Overview>
  /** Null for never; undefined before it is known. */
  readonly since: string | null | undefined
  /** Begins to count anew, from now on. */
  readonly startOver: () => void
}

/** The overview since one last looked. That one looked is said after a while of looking, and when one leaves, so that neither a reload nor a glance loses what is new. */
export function useVisit(): Visited {
  const { principal, organisation, credential } = useMe()
  const key = keyOf(principal.id, organisation.id)
  const [visit, setVisit] = useState<Visit | null>(() => visitIn(sessionStorage.getItem(key), Date.now()))
  const overview = useAnswer('GET /v1/overview', visit === null ? {} : { query: { since: sinceOf(visit) } }, {
    everyMillis: askMillis,
  })
  // Once the visit is known it is asked by its instant, which is another question: the answer to the first stands until then.
  const last = useRef<Overview | undefined>(undefined)
  last.current = overview.data ?? last.current
  const data = last.current
  const keep = (visit: Visit) => {
    sessionStorage.setItem(key, JSON.stringify(visit))
    return visit
  }

  useEffect(() => {
    if (data === undefined) return
    setVisit((before) => keep({ since: before === null ? data.since : before.since, seenAt: Date.now() }))
  }, [data])

  useEffect(() => {
    if (credential.kind !== 'session') return
    const began = Date.now()
    const say = () => void ask('POST /v1/me/looked', {}).catch(() => {}) // What is new stays new, no more.
    const timer = setTimeout(say, lookMillis)
    const leave = () => {
      if (document.visibilityState === 'hidden' && Date.now() - began > lookMillis) say()
    }
    document.addEventListener('visibilitychange', leave)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', leave)
      if (Date.now() - began > lookMillis) say()
    }
  }, [credential.kind])

  const startOver = () =>
    void ask('POST /v1/me/looked', {}).then(
      () => setVisit(keep({ since: new Date().toISOString(), seenAt: Date.now() })),
      () => overview.reload(),
    )
  return { overview: { ...overview, data }, since: visit === null ? data?.since : visit.since, startOver }
}
