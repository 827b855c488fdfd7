/** Every benchmark there is: `npm run bench` runs all, `npm run bench -- NAME…` some. Each prints what it measured. */
const benches: Readonly<Record<string, () => Promise<{ bench: () => Promise<void> }>>> = {
  start: () => import('./start.ts'),
  idle: () => import('./idle.ts'),
  latency: () => import('./latency.ts'),
  list: () => import('./list.ts'),
  pages: () => import('./pages.ts'),
  room: () => import('./room.ts'),
  discussion: () => import('./discussion.ts'),
  speed: () => import('./speed.ts'),
  jobs: () => import('./jobs.ts'),
  ports: () => import('./ports.ts'),
  'sign-in': () => import('./sign-in.ts'),
  revocation: () => import('./revocation.ts'),
  politeness: () => import('./politeness.ts'),
  cancel: () => import('./cancel.ts'),
  batch: () => import('./batch.ts'),
  reports: () => import('./reports.ts'),
  fairness: () => import('./fairness.ts'),
  'authority-fuzz': () => import('./authority-fuzz.ts'),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  console.log(`\n── ${name}`)
  const { bench } = await benches[name]!()
  await bench()
}
process.exit(0)
