import { spawnSync } from 'node:child_process'

const cases = Number(process.env['CASES'] ?? 100_000)

/** Hostile targets and answers through the real door in a network namespace of its own, where the kernel counts what leaves. */
export async function bench(): Promise<void> {
  const inside = [
    'ip link set lo up',
    'ip link add outside type veth peer name beyond',
    'ip link set beyond up',
    'echo 0 > /proc/sys/net/ipv6/conf/outside/router_solicitations',
    'ip addr add 203.0.113.1/24 dev outside',
    'ip link set outside up',
    'ip route add default dev outside',
    'ip -6 route add default dev outside',
    `exec "${process.execPath}" test/bench/authority-fuzz-run.ts ${cases}`,
  ].join(' && ')
  const { status } = spawnSync('unshare', ['--net', 'sh', '-c', inside], { stdio: 'inherit' })
  if (status !== 0) console.log('the namespace could not be made: this needs root, unshare and ip')
}
