/** Machine time, in milliseconds from any beginning. Tests bring one that needs no waiting. */
export interface Clock {
  now(): number
  /** No millisecond means: as soon as what has come in meanwhile was looked at. */
  pause(millis: number): Promise<void>
}

export const machineClock: Clock = {
  now: () => performance.now(),
  pause: (millis) =>
    new Promise((resolve) => {
      if (millis > 0) setTimeout(resolve, millis)
      else setImmediate(resolve)
    }),
}
