// What stands below the options in the help of each command.

const exitHelp = `
Exit codes:
  0    nothing at or above --fail-on was found in what was answered
  1    something at or above --fail-on was found
  2    bad usage, or the target may not be scanned
  3    could not be told
  130  interrupted`

export const generalHelp = `
Examples:
  portlight scan example.org
  portlight probe ports example.org --options '{"ports":[80,443]}' --json
  portlight check-target example.org 2001:db8::1
${exitHelp}

Help for one command: portlight scan --help`

export const scanHelp = `
Examples:
  portlight scan example.org
  portlight scan example.org --scanner ports --ports 1-1024,8080
  portlight scan example.org --scanner tls --options '{"tls":{"port":8443}}'
  portlight scan example.org --fail-on medium --strict --json > scan.json
  portlight scan example.org --gate new
${exitHelp}`

export const probeHelp = `
Examples:
  portlight probe tls example.org --options '{"port":8443}'
  portlight probe ports --input targets.jsonl --concurrency 8 --json > results.jsonl
  echo '{"target":"example.org"}' | portlight probe dns --input - --json

With --input there is one result for each line, in order; a line that cannot be read or run gets one that says so.
Its exit code is that of the result which most needs a person: 1 before 3 before 2.
${exitHelp}`

export const checkHelp = `
Examples:
  portlight check-target example.org 192.0.2.1 --json
  portlight check-target --input targets.jsonl --json

Exit codes:
  0    all of them may be scanned
  2    some may not, or bad usage
  3    none is refused, but some could not be resolved`
