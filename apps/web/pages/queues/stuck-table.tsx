import type { ComponentChildren } from 'preact'
import { Chip } from '../../parts/marks.tsx'
import { Section } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { pathTo } from '../../paths.ts'
import { list, number } from '../../words/format.ts'
import { queues as words } from '../../words/queues.ts'
import { schedules } from '../../words/schedules.ts'
import { type AnswerTo, otherwiseStuck, owedTicks, type Question, type Room, waitingScans } from './answers.ts'

const places: Readonly<Record<Question, string>> = {
  outward: '#outward',
  paused: '#queues',
  scans: pathTo('jobs', {}, { status: 'queued' }),
  workers: '#workers',
  leases: pathTo('jobs', {}, { status: 'running' }),
  ticks: pathTo('schedules'),
  mail: '#mails',
  deliveries: '#deliveries',
}
const missedWords: Readonly<Record<string, string>> = schedules.reasons

/** What is to be done about it, in words. */
const doing: Readonly<Record<Question, (room: Room) => string>> = {
  outward: ({ outward }) => words.doNext.outward(outward.reason),
  paused: ({ queues }) =>
    words.doNext.paused(
      list(queues.flatMap(({ queue, pause }) => (pause === null ? [] : [`${words.names[queue]} (“${pause.reason}”)`]))),
    ),
  scans: (room) => words.doNext.scans(waitingScans(room).count),
  workers: () => words.doNext.workers,
  leases: () => words.doNext.leases,
  ticks: (room) => words.doNext.ticks(list(owedTicks(room).map(({ reason }) => missedWords[reason] ?? reason))),
  mail: () => words.doNext.mail,
  deliveries: () => words.doNext.deliveries,
}

interface Row {
  readonly key: string
  readonly question: ComponentChildren
  readonly should: string
  readonly is: ComponentChildren
  readonly answer: ComponentChildren
}

/** What should be, beside what is: where the two differ, what to do. */
export const StuckTable = ({ answers, room }: { readonly answers: readonly AnswerTo[]; readonly room: Room }) => (
  <Section id="stuck" title={words.stuck} note={words.stuckNote}>
    <Table
      caption={words.stuckNote}
      className="stuck"
      rows={[...otherwiseStuck(room).map(otherRow), ...answers.map((answer) => rowOf(answer, room))]}
      keyOf={({ key }) => key}
      columns={[
        { key: 'question', head: words.question, isHead: true, cell: ({ question }) => question },
        { key: 'should', head: words.should, className: 'soft nowrap', cell: ({ should }) => should },
        { key: 'is', head: words.is, cell: ({ is }) => <b>{is}</b> },
        { key: 'answer', head: words.answer, cell: ({ answer }) => answer },
      ]}
    />
  </Section>
)

function rowOf({ question, is, atMostSeconds, isFine }: AnswerTo, room: Room): Row {
  const href = places[question]
  return {
    key: question,
    question: (
      <>
        {words.questions[question]}
        {isFine ? null : <span class="sub">{doing[question](room)}</span>}
      </>
    ),
    should:
      question === 'outward'
        ? words.flow
        : atMostSeconds === null
          ? words.none
          : words.under(words.seconds(atMostSeconds)),
    is: is === 0 ? nothing(question, atMostSeconds) : <a href={href}>{said(question, is, atMostSeconds)}</a>,
    answer: isFine ? (
      <Chip kind="ok" isPlain>
        {words.fine}
      </Chip>
    ) : (
      <Chip kind="attention" isPlain>
        {words.attention}
      </Chip>
    ),
  }
}

const nothing = (question: Question, atMostSeconds: number | null) =>
  question === 'outward' ? words.flow : atMostSeconds === null ? words.none : words.noneWaits

const said = (question: Question, is: number, atMostSeconds: number | null) =>
  question === 'outward' ? words.stopped : atMostSeconds === null ? number(is) : words.seconds(is)

const otherRow = ({ code, sentence, action }: Room['stuck'][number]): Row => ({
  key: code,
  question: (
    <>
      {sentence}
      <span class="sub">{action}</span>
    </>
  ),
  should: words.none,
  is: '1',
  answer: (
    <Chip kind="attention" isPlain>
      {words.attention}
    </Chip>
  ),
})
