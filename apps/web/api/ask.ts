import { type Asked, connect, NoAnswer, type Operations, Problem, type SubmitOptions } from '../../client/index.ts'

const portlight = connect({ url: location.origin, key: null })

/** What is read by people is worth a short wait; a page that has nothing yet says so. */
const patienceMillis = 8000

/** Asks the API as whoever is signed in here; a session that is over leads to the sign-in, and back. @throws Problem, NoAnswer, NotPortlight */
export async function ask<Name extends keyof Operations>(
  name: Name,
  input: Asked<Name>,
  options: SubmitOptions = {},
): Promise<Operations[Name]['answer']> {
  try {
    return await portlight.call(name, { patienceMillis, ...options, ...input })
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated') signIn()
    throw error
  }
}

function signIn(): void {
  const here = location.pathname + location.search
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
}

export { NoAnswer, Problem, type Operations }
