/** What the X-Frame-Options of a response comes to (HTML, "check a navigation response's adherence to X-Frame-Options"). */
export interface FrameOptions {
  /** Different values, in lower case. */
  readonly values: readonly string[]
  /** True where framing by other sites is forbidden. */
  readonly inForce: boolean
}

export function frameOptionsOf(members: readonly string[]): FrameOptions {
  const values = [...new Set(members.map((member) => member.toLowerCase()))]
  const means = (...known: string[]) => known.some((value) => values.includes(value))
  // Values that contradict each other forbid, as soon as one of them has a meaning.
  const inForce = values.length > 1 ? means('deny', 'allowall', 'sameorigin') : means('deny', 'sameorigin')
  return { values, inForce }
}
