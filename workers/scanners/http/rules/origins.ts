import type { Observation } from '#db/model/finding.ts'
import { originOf } from '../location.ts'
import type { FailureFact, HttpResult, ResponseFact } from '../schema.ts'
import { type Answer, observe, type Subject, Unknown, worst } from './answer.ts'

/** All that one origin said at one address, in both walks. */
export interface OriginAnswers extends Subject {
  readonly scheme: 'http' | 'https'
  readonly responses: readonly ResponseFact[]
  readonly failures: readonly FailureFact[]
}

export function originsOf({ walks }: HttpResult): OriginAnswers[] {
  const hops = [...walks.http.hops, ...walks.https.hops]
  const groups = Map.groupBy(hops, ({ url, address }) => JSON.stringify([originOf(url), address]))
  return [...groups].map(([key, hops]) => {
    const [subject, address] = JSON.parse(key) as [string, string | null]
    return {
      subject,
      address,
      scheme: subject.startsWith('https:') ? 'https' : 'http',
      responses: hops.flatMap(({ response }) => response ?? []),
      failures: hops.flatMap(({ failure }) => failure ?? []),
    }
  })
}

/** What a request without a response says of its origin: a port that refuses serves nothing there. */
const unanswered = ({ outcome }: FailureFact): Answer => (outcome === 'refused' ? null : new Unknown(outcome))

type Judge = (response: ResponseFact, origin: OriginAnswers) => Answer

/** A rule on every response of an origin: wrong as soon as one of them is, not known where one did not come. */
export const ofOrigins =
  (judge: Judge, judgeFailure = unanswered, schemes: readonly string[] = ['http', 'https']) =>
  (result: HttpResult): Observation[] =>
    originsOf(result)
      .filter(({ scheme }) => schemes.includes(scheme))
      .flatMap((origin) => {
        const { responses, failures } = origin
        const answers = [...responses.map((response) => judge(response, origin)), ...failures.map(judgeFailure)]
        return observe(origin, worst(answers))
      })

/** As ofOrigins, for what HTTPS alone can get wrong. */
export const ofSecureOrigins = (judge: Judge) => ofOrigins(judge, unanswered, ['https'])

/** As ofOrigins, for what plain HTTP alone can get wrong: that a port refuses is then the good answer. */
export const ofPlainOrigins = (judge: Judge) => ofOrigins(judge, (failure) => unanswered(failure) ?? false, ['http'])
