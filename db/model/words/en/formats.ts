/** How instants and numbers are written, always in UTC and with its name. */
export const formats = {
  instant: (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`,
  /** In a mail's prose; what is no instant stays as it is. */
  longInstant: (iso: string): string => iso,
  /** Of an instant, or of a day alone. */
  day: (iso: string): string => iso.slice(0, 10),
  number: (count: number): string => String(count),
}
