import { CronExpressionParser } from 'cron-parser'
import { DomainError } from '../errors.ts'

/** What the five fields say, each as the rising list of what it matches; Sunday is 0. */
export interface Cron {
  readonly minutes: readonly number[]
  /** Of the day, each once. */
  readonly hours: readonly number[]
  /** True for `*` and a step of it that leaves more than one hour: such a schedule follows the clock through a change, where a named hour keeps to its day. */
  readonly isEveryHour: boolean
  readonly daysOfMonth: readonly number[]
  readonly months: readonly number[]
  readonly daysOfWeek: readonly number[]
  /** Both days are named, and either will do (crontab(5)). */
  readonly isEitherDay: boolean
}

const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
}

const item = String.raw`(\*|(\d{1,2}|[a-z]{3})(-(\d{1,2}|[a-z]{3}))?)(\/\d{1,2})?`
const fieldPattern = new RegExp(`^${item}(,${item})*$`, 'i')

/** Exactly five fields or a shorthand. @throws DomainError `invalid-schedule` */
export function parseCron(text: string): Cron {
  const fields = (shorthands[text.trim().toLowerCase()] ?? text).trim().split(/\s+/)
  if (fields.length !== 5 || !fields.every((field) => fieldPattern.test(field)))
    throw invalid(
      text,
      `it is five fields (minute, hour, day of month, month, day of week) or one of ${Object.keys(shorthands).join(', ')}`,
    )
  const [, hour, dayOfMonth, , dayOfWeek] = fields as [string, string, string, string, string]
  const parsed = read(text, fields.join(' '))
  const hours = numbers(parsed.hour.values)
  return {
    minutes: numbers(parsed.minute.values),
    hours,
    isEveryHour: hour.startsWith('*') && hours.length > 1,
    daysOfMonth: numbers(parsed.dayOfMonth.values),
    months: numbers(parsed.month.values),
    daysOfWeek: [...new Set(numbers(parsed.dayOfWeek.values).map((day) => day % 7))].sort((a, b) => a - b),
    isEitherDay: !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*'),
  }
}

function read(text: string, expression: string) {
  try {
    return CronExpressionParser.parse(expression, { tz: 'UTC' }).fields
  } catch (error) {
    throw invalid(text, (error as Error).message)
  }
}

const numbers = (values: readonly (number | string)[]) => values.map(Number)

const invalid = (text: string, why: string) =>
  new DomainError('invalid-schedule', `"${text.slice(0, 100)}" is no schedule: ${why}.`)
