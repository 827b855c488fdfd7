import { connect } from 'node:net'
import type { Endpoint } from './door.ts'

const timeoutMillis = 3000
const tries = 2

/** Whether something that the operator named, at exactly that address and port, takes a connection: then our network is there. */
export async function asksCanary({ address, port }: Endpoint): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) if (await answers(address, port)) return true
  return false
}

/** A refusal is an answer too. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (isAnswer: boolean) => {
      socket.destroy()
      resolve(isAnswer)
    }
    socket.setTimeout(timeoutMillis, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'))
  })
