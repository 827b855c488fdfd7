import { z } from 'zod'
import { inert } from '#db/model/inert.ts'
import { counted, cut, labelled, pad, widthOf, wrap } from '../layout.ts'
import type { Run } from '../scan-document.ts'
import type { Look } from './look.ts'

/** What is read of the result of `ports`: states as ranges (`22,80-81`), and what was heard at open ports. */
const portsResult = z.object({
  addresses: z.array(
    z.object({
      address: z.string(),
      open: z.string(),
      services: z.array(
        z.object({
          port: z.number(),
          service: z.string().nullable(),
          guessedFrom: z.string().nullable(),
          banner: z.string().nullable(),
        }),
      ),
    }),
  ),
})
type Seen = z.output<typeof portsResult>['addresses'][number]
type Service = Seen['services'][number]

const widestService = 24

/** A table for each address: port, service, the first thing it said. */
export function whatIsOpen(runs: readonly Run[], look: Look): string[] {
  const result = portsResult.safeParse(runs.find(({ scanner }) => scanner === 'ports')?.result)
  if (!result.success) return []
  const { addresses } = result.data
  const isGuessed = addresses.some(({ services }) => services.some(({ guessedFrom }) => guessedFrom === 'port'))
  const legend = isGuessed ? labelled('?', 'is guessed from the number of the port alone', columnsOf(look)) : []
  return [...addresses.flatMap((seen) => atAddress(seen, look)), ...legend]
}

const columnsOf = ({ width }: Look) => ({ indent: 2, column: 4, width })

function atAddress({ address, open, services }: Seen, { width }: Look): string[] {
  if (open === '') return wrap(`${inert(address)}: no port was seen open`, width - 2).map((line) => `  ${line}`)
  const names = services.map(nameOf)
  const column = Math.min(widestService, Math.max(0, ...names.map(widthOf))) + 2
  const rows = services.map(({ port, banner }, index) => {
    const name = pad(cut(names[index] ?? '', widestService), column)
    return cut(`    ${pad(`${port}/tcp`, 11)}${name}${inert(banner ?? '')}`.trimEnd(), width)
  })
  const more = sizeOf(open) - services.length
  const rest = more > 0 ? [cut(`    and ${counted(more, 'port')} more, of ${inert(open)}`, width)] : []
  return [`  ${inert(address)}`, ...rows, ...rest]
}

const nameOf = ({ service, guessedFrom }: Service) =>
  service === null ? 'unknown' : inert(service) + (guessedFrom === 'port' ? '?' : '')

/** How many ports stand in `22,80-81`. */
const sizeOf = (ranges: string) =>
  ranges.split(',').reduce((size, range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return size + last - first + 1
  }, 0)
