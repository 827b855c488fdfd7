import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'

/**
 * `npm run simulate -- --days N --seed S`: watches a small company's hosts on a virtual clock and holds all that was told against what was so.
 * Exit codes: 0 every promise held, 1 one was broken, 2 the call was wrong.
 */
const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '2026-03-05' },
  },
})
const [days, seed, from] = [Number(values.days), Number(values.seed), new Date(`${values.from}T00:00:00Z`)]
if (!(days >= 1 && days <= 800) || !Number.isInteger(seed) || Number.isNaN(from.getTime())) {
  console.error('Give --days from 1 to 800, --seed as a whole number, --from as a day.')
  process.exit(2)
}
const began = performance.now()
const { figures, broken } = await simulate({ days, seed, from: from.getTime(), daily: 40, hourly: 5 })
const seconds = (performance.now() - began) / 1000
console.log(`${days} days from ${values.from}, seed ${seed}, in ${seconds.toFixed(1)} s`)
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(34)} ${value}`)
for (const sentence of broken) console.log(`broken: ${sentence}`)
process.exit(broken.length > 0 ? 1 : 0)
