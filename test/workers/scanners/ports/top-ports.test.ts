import { expect, test } from 'vitest'
import { rules } from '#workers/scanners/ports/rules.ts'
import { topPorts } from '#workers/scanners/ports/top-ports.ts'

test('there are a thousand, none twice', () => {
  expect(topPorts).toHaveLength(1000)
  expect(new Set(topPorts).size).toBe(1000)
})

test('what a rule asks about is asked by default', () => {
  const open = { address: '192.0.2.10', open: topPorts.join(), closed: '', filtered: '', services: [] }
  const exposed = new Set(
    rules.flatMap((rule) => rule.check({ addresses: [open] }, new Date(0)).map(({ evidence }) => evidence?.service)),
  )
  for (const service of ['redis', 'mongodb', 'memcached', 'docker', 'kubelet', 'winrm', 'telnet', 'postgresql']) {
    expect(exposed).toContain(service)
  }
})
