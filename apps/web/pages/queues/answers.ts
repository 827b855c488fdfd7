import type { Operations } from '../../../client/index.ts'

export type Room = Operations['GET /v1/instance/queues']['answer']

/** What is asked of an instance, each by the code with which the API says that it is otherwise than it should be. */
const codes = {
  outward: 'outward-off',
  paused: 'queue-paused',
  scans: 'nobody-begins',
  workers: 'workers-silent',
  leases: 'leases-expired',
  ticks: 'ticks-missed',
  mail: 'mail-waits',
  deliveries: 'webhooks-wait',
} as const
export type Question = keyof typeof codes
const questions = Object.keys(codes) as Question[]

export interface AnswerTo {
  readonly question: Question
  /** What is: seconds where `atMostSeconds` says how many may be, else how many there are. */
  readonly is: number
  readonly atMostSeconds: number | null
  readonly isFine: boolean
}

/** Every question with what is and what should be, those that need somebody first; whether it is fine, the API alone says. */
export function answersIn(room: Room): AnswerTo[] {
  const is = measured(room)
  return questions
    .map((question) => ({
      question,
      ...is[question],
      isFine: room.stuck.every(({ code }) => code !== codes[question]),
    }))
    .toSorted((a, b) => Number(a.isFine) - Number(b.isFine))
}

/** What the API calls stuck and no question is about: its own words are shown. */
export const otherwiseStuck = ({ stuck }: Room) =>
  stuck.filter(({ code }) => !Object.values<string>(codes).includes(code))

/** Of missed runs those that nobody chose: the others were left out on purpose. */
export const owedTicks = ({ missedTicks }: Pick<Room, 'missedTicks'>) =>
  missedTicks.filter(({ reason }) => reason === 'down' || reason === 'queue-full')

/** Scans that wait where they may begin. */
export function waitingScans({ queues }: Pick<Room, 'queues'>): { count: number; oldestSeconds: number } {
  const open = queues.filter(({ queue, pause }) => queue.startsWith('scans-') && pause === null)
  return {
    count: open.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestSeconds: Math.max(0, ...open.map(({ oldestSeconds }) => oldestSeconds)),
  }
}

function measured(room: Room): Readonly<Record<Question, Pick<AnswerTo, 'is' | 'atMostSeconds'>>> {
  const { waitingAtMost, mails, webhookDeliveries, outward, silentWorkers, expiredLeases, queues } = room
  const count = (is: number) => ({ is, atMostSeconds: null })
  return {
    outward: count(outward.isOff ? 1 : 0),
    paused: count(queues.filter(({ pause }) => pause !== null).length),
    scans: { is: waitingScans(room).oldestSeconds, atMostSeconds: waitingAtMost.scanSeconds },
    workers: count(silentWorkers),
    leases: count(expiredLeases),
    ticks: count(owedTicks(room).reduce((sum, one) => sum + one.count, 0)),
    mail: { is: mails.oldestSeconds, atMostSeconds: waitingAtMost.mailSeconds },
    deliveries: { is: webhookDeliveries.oldestSeconds, atMostSeconds: waitingAtMost.deliverySeconds },
  }
}
