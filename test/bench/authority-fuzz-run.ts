// `npm run bench -- authority-fuzz`, inside its namespace: all that leaves goes out by the interface `outside`.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fuzzAuthority } from '#test/support/hostile-targets.ts'

// Not /sys/class/net: that shows the network of whoever mounted it. Fields of /proc/net/dev: eight of what came in, then bytes and packets sent.
const sent = () => {
  const line = readFileSync('/proc/net/dev', 'utf8').match(/^ *outside:(.*)$/m)?.[1] ?? ''
  return Number(line.trim().split(/ +/)[9])
}

// The kernel itself greets its IPv6 neighbours for a while after an interface came up.
let quiet = sent()
for (let still = 0; still < 15; still++) {
  await sleep(1000)
  if (sent() !== quiet) still = 0
  quiet = sent()
}
const began = performance.now()
const { cases, asked, dialled } = await fuzzAuthority(Number(process.argv[2]))
const left = sent() - quiet
// The kernel's count must be able to rise: one connection that is meant to leave.
connect(80, '198.51.100.1').on('error', () => {})
await sleep(500)
const control = sent() - quiet - left
console.log(
  `${cases} targets, ${asked} addresses asked of the door in ${((performance.now() - began) / 1000).toFixed(0)} s: ${dialled.length} dialled by the door, ${left} packets left by the kernel's count (control: ${control})`,
)
process.exit(dialled.length === 0 && left === 0 && control > 0 ? 0 : 1)
