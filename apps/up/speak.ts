import { appendFileSync } from 'node:fs'

/** Says a sentence, or what is shown in its place because it must not be logged: a new key. */
export type Say = (sentence: string, shown?: string) => void

/** Says things on the terminal, and keeps each as a line of JSON, in the form of our other logs. */
export function createSpeaker(logFile: string): Say {
  return (sentence, shown = sentence) => {
    const line = { level: 30, time: new Date().toISOString(), pid: process.pid, name: 'up', msg: sentence }
    appendFileSync(logFile, `${JSON.stringify(line)}\n`, { mode: 0o600 })
    process.stdout.write(`${shown}\n`)
  }
}
