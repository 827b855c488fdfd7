#!/usr/bin/env node
// Node before 22.18 cannot read TypeScript at all, so the sentence that says so stands in this file.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./main.ts')
} else {
  process.stderr.write(
    `Portlight needs Node 22.18 or newer, and this is ${process.versions.node}. In its folder, npm run scan and npx portlight use the Node that was installed with it.\n`,
  )
  process.exitCode = 2
}
