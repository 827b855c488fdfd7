import { number } from './format.ts'
import { inBoth } from './language.ts'

/** What is said of the difference between two scans. */
export const diff = inBoth({
  en: {
    findings: 'Findings',
    counted: {
      appeared: (n: number) => `${number(n)} new`,
      'first-told': (n: number) => `${number(n)} told for the first time`,
      'not-retested': (n: number) => `${number(n)} not re-tested`,
      gone: (n: number) => `${number(n)} fixed, confirmed by asking again`,
      still: (n: number) => `${number(n)} as before`,
    },
    noFindings: 'Neither scan has a finding.',
    facts: (n: number) =>
      n === 1 ? '1 thing that the target shows is another.' : `${number(n)} things that the target shows are others.`,
    noFacts: 'What the target shows is the same, as far as both tell it.',
    all: (n: number) => `All ${number(n)}, also those as before`,
    changedOnly: 'Only what changed',
    noneChanged: 'No finding changed in what both could tell.',
    swap: 'Swap them',
  },
  de: {
    findings: 'Befunde',
    counted: {
      appeared: (n: number) => `${number(n)} neu`,
      'first-told': (n: number) => `${number(n)} zum ersten Mal geklärt`,
      'not-retested': (n: number) => `${number(n)} nicht erneut geprüft`,
      gone: (n: number) => `${number(n)} behoben, durch erneutes Fragen bestätigt`,
      still: (n: number) => `${number(n)} wie zuvor`,
    },
    noFindings: 'Keiner der beiden Scans hat einen Befund.',
    facts: (n: number) =>
      n === 1 ? '1 Sache, die das Ziel zeigt, ist anders.' : `${number(n)} Dinge, die das Ziel zeigt, sind anders.`,
    noFacts: 'Was das Ziel zeigt, ist gleich, soweit beide es sagen.',
    all: (n: number) => `Alle ${number(n)}, auch die wie zuvor`,
    changedOnly: 'Nur was sich änderte',
    noneChanged: 'Kein Befund änderte sich in dem, was beide klären konnten.',
    swap: 'Tauschen',
  },
})
