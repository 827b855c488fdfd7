import { expect, test } from 'vitest'
import type { Topic } from '#db/bus.ts'
import { followWord } from '#workers/words.ts'

function scriptedBus() {
  let say = (_id: string) => {}
  const on = (topic: Topic, listener: (id: string) => void) => {
    expect(topic).toBe('cancel')
    say = listener
    return () => {}
  }
  return { bus: { on }, say: (id: string) => say(id) }
}

test('whoever listens hears of its own scan only, and until it listens no more', () => {
  const { bus, say } = scriptedBus()
  const onCancel = followWord(bus, 'cancel')
  const heard: string[] = []
  const deaf = onCancel('one', () => heard.push('one'))
  onCancel('two', () => heard.push('two'))
  say('one')
  say('three')
  deaf()
  say('one')
  expect(heard).toEqual(['one'])
})

test('a word that came before anybody listened is kept for who comes, once, and the oldest are forgotten', () => {
  const { bus, say } = scriptedBus()
  const onCancel = followWord(bus, 'cancel')
  const heard: string[] = []
  say('early')
  onCancel('early', () => heard.push('early'))()
  onCancel('early', () => heard.push('again'))
  expect(heard).toEqual(['early'])
  say('oldest')
  for (let i = 0; i < 1000; i++) say(`other-${i}`)
  onCancel('oldest', () => heard.push('oldest'))
  onCancel('other-0', () => heard.push('other-0'))
  expect(heard).toEqual(['early', 'other-0'])
})
