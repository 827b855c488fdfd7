import { expect, test } from 'vitest'
import { fingerprintOf } from '#db/model/finding.ts'

// These values are stored by whoever integrates with us: a change of them would make every finding a new one.
test.each([
  ['ports/database-exposed', 'example.org', '5432/tcp', ''],
  ['tls/certificate-expired', '192.0.2.1', '443/tcp', ''],
  ['dns/caa-missing', 'xn--bcher-kva.example', 'xn--bcher-kva.example CAA', ''],
])('the fingerprint of %s at %s about %s stays what it is', (rule, target, subject) => {
  expect(fingerprintOf({ rule, target, subject })).toMatchSnapshot()
})
