import { number } from './format.ts'
import { inBoth } from './language.ts'

export const targetField = inBoth({
  en: {
    hint: 'Write a part of the host or of its name, and choose.',
    add: 'Add this target',
    remove: (display: string) => `Remove ${display}`,
    further: (n: number) => `and ${number(n)} more`,
    none: 'No target is called so.',
    goOn: 'Choose one of those suggested.',
  },
  de: {
    hint: 'Einen Teil des Hosts oder seines Namens schreiben und wählen.',
    add: 'Dieses Ziel hinzufügen',
    remove: (display: string) => `${display} entfernen`,
    further: (n: number) => `und ${number(n)} weitere`,
    none: 'So heißt kein Ziel.',
    goOn: 'Bitte eines der vorgeschlagenen wählen.',
  },
})
