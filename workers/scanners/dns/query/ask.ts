import type { Coverage } from '#db/model/scan.ts'
import type { Endpoint } from '#workers/network/door.ts'
import type { ScanContext } from '../../scanner.ts'
import { type Answer, isSilence, isTold, notAsked, whyNot } from './answer.ts'
import { askingMillis } from '../limits.ts'
import { askOnce } from './ask-once.ts'
import { createGate, type Gate } from './gate.ts'
import { createTally } from './tally.ts'
import type { Question, QuestionType } from './wire.ts'

/** A zone's own name server, at one of its addresses. */
export interface NameServerAddress {
  readonly name: string
  readonly address: string
}

/** Asks questions: a few at once, each a few times at most, until the time is over; and counts them. */
export interface Asker {
  /** By the operator's resolvers, in their order. Each question is asked once; who asks again is told the same. */
  readonly lookUp: (name: string, type: QuestionType) => Promise<Answer>
  /** By that very server, without recursion. */
  readonly askServer: (server: NameServerAddress, question: Question) => Promise<Answer>
  /** Says that something was never asked. */
  readonly leaveOut: (what: string, reason: string) => void
  readonly coverage: () => Coverage
}

const tries = 3
const atOnce = 8
const atOncePerServer = 2

/** `labPort`: where name servers listen at addresses that SCAN_ALLOW opens; elsewhere it is 53. */
export function createAsker({ network, signal, progress }: ScanContext, labPort: number): Asker {
  const over = AbortSignal.any([signal, AbortSignal.timeout(askingMillis)])
  const gate = createGate(atOnce)
  const tally = createTally(progress)
  const gates = new Map<string, Gate>()
  const known = new Map<string, Promise<Answer>>()
  const { resolvers } = network.operator
  /** Where to begin: resolvers that were silent while another answered come last. */
  let preferred = 0

  // Some servers drop what carries EDNS, so the last try goes without.
  const once = (endpoint: Endpoint, question: Question, recursive: boolean, tried: number) =>
    gate(async () => {
      const manner = { recursive, edns: tried < tries - 1 }
      const answer = over.aborted ? notAsked('deadline') : await askOnce(network, endpoint, question, manner)
      return answer.reason === 'ECANCELED' ? notAsked('deadline') : answer
    })

  async function askResolvers(question: Question): Promise<Answer> {
    const start = preferred
    let best = notAsked('no-resolver')
    for (let tried = 0; tried < tries; tried += 1) {
      const at = (start + tried) % resolvers.length
      const resolver = resolvers[at]
      // What all of them answered with an error they would answer so again.
      if (!resolver || (tried >= resolvers.length && !isSilence(best))) break
      const answer = await once(resolver, question, true, tried)
      if (isTold(answer) && isSilence(best)) preferred = at
      if (isTold(answer)) return answer
      if (worth(answer) >= worth(best)) best = answer
    }
    return best
  }

  async function askNameServer(address: string, question: Question): Promise<Answer> {
    const endpoint = { address, port: network.isOpened(address) ? labPort : 53 }
    let answer = notAsked('deadline')
    for (let tried = 0; tried < tries; tried += 1) {
      answer = await once(endpoint, question, false, tried)
      if (!isSilence(answer) && answer.status !== 'malformed') break
    }
    return answer
  }

  /** `tells` decides which answers are of use: an error of a name server is a fact about it, of a resolver it is none about the name. */
  async function counted(what: string, asking: Promise<Answer>, tells: (answer: Answer) => boolean): Promise<Answer> {
    tally.begin()
    const answer = await asking
    const outcome = answer.status === 'not-asked' ? 'left-out' : isSilence(answer) ? 'silent' : 'answered'
    tally.end(what, outcome, tells(answer) ? null : whyNot(answer))
    return answer
  }

  return {
    lookUp(name, type) {
      const key = `${name} ${type}`
      const asking = known.get(key) ?? counted(`${key} at the resolvers`, askResolvers({ name, type }), isTold)
      known.set(key, asking)
      return asking
    },
    askServer({ name, address }, question) {
      const turn = gates.get(address) ?? createGate(atOncePerServer)
      gates.set(address, turn)
      const what = `${question.name} ${question.type} at ${name} (${address})`
      return counted(
        what,
        turn(() => askNameServer(address, question)),
        isFact,
      )
    },
    leaveOut: tally.leaveOut,
    coverage: tally.coverage,
  }
}

/** A name server's answer that says something about the server. */
const isFact = (answer: Answer) =>
  !isSilence(answer) && answer.status !== 'malformed' && answer.status !== 'truncated' && answer.status !== 'not-asked'

/** An error is worth more than silence, and silence more than a question that nobody could be asked. */
const worth = (answer: Answer) => (answer.status === 'not-asked' ? 0 : isSilence(answer) ? 1 : 2)
