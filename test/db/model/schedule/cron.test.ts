import { describe, expect, test } from 'vitest'
import { parseCron } from '#db/model/schedule/cron.ts'
import { zoneOf } from '#db/model/schedule/zone.ts'

test('the five fields are read as crontab(5) says', () => {
  expect(parseCron('*/20 2,4-6 1 jan-mar Mon')).toEqual({
    minutes: [0, 20, 40],
    hours: [2, 4, 5, 6],
    isEveryHour: false,
    daysOfMonth: [1],
    months: [1, 2, 3],
    daysOfWeek: [1],
    isEitherDay: true,
  })
  expect(parseCron('0 0 * * 7').daysOfWeek).toEqual([0])
  expect(parseCron('@daily')).toEqual(parseCron('0 0 * * *'))
  expect(parseCron('5 */6 * * *')).toMatchObject({ hours: [0, 6, 12, 18], isEveryHour: true, isEitherDay: false })
  expect(parseCron('5 */24 * * *')).toMatchObject({ hours: [0], isEveryHour: false })
})

describe('is no schedule', () => {
  const wrong = [
    '',
    '* * * *',
    '* * * * * *',
    '0 0 0 * * *',
    '@reboot',
    '@every 5m',
    '60 * * * *',
    '* 24 * * *',
    '0 0 32 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '0 0 L * *',
    '0 0 31 2 *',
    '0 0 * * 1#2',
    '0 0 15W * *',
    'H * * * *',
    '? * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '1,,2 * * * *',
    '* * * foo *',
    '0 0 * * mon; rm',
  ]
  test.each(wrong)('%j', (text) => {
    expect(() => parseCron(text)).toThrow(expect.objectContaining({ code: 'invalid-schedule' }))
  })
  test('a zone that is none', () => {
    for (const name of ['', 'Mars/Olympus', '../UTC', '+25:00'])
      expect(() => zoneOf(name)).toThrow(expect.objectContaining({ code: 'invalid-schedule' }))
  })
})
