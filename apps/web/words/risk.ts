import { number } from './format.ts'
import { inBoth } from './language.ts'

/** What to fix first, and why. */
export const risk = inBoth({
  en: {
    why: 'Why here:',
    bySeverity: (severity: string) => `it is ${severity}`,
    byTargets: (findings: number, targets: number) =>
      `one mend helps ${number(findings)} findings at ${number(targets)} targets`,
    byRegressed: (n: number) => (n === 1 ? '1 was fixed and came back' : `${number(n)} were fixed and came back`),
    byAge: 'it has stood for long',
    byDoubt: (n: number) =>
      n === 1
        ? '1 was not re-tested, and stands as last seen'
        : `${number(n)} were not re-tested, and stand as last seen`,
    findings: (n: number, targets: number) =>
      `${n === 1 ? '1 finding' : `${number(n)} findings`} at ${targets === 1 ? '1 target' : `${number(targets)} targets`}`,
    openSince: 'open since',
    total: (remedies: number, findings: number) =>
      `${remedies === 1 ? '1 mend' : `${number(remedies)} mends`} for ${findings === 1 ? '1 finding' : `${number(findings)} findings`}. `,
    least: 'From severity',
    all: 'Every severity',
    noneSoSevere: 'Nothing of this severity or worse is open and undecided',
  },
  de: {
    why: 'Warum hier:',
    bySeverity: (severity: string) => `Schwere ${severity}`,
    byTargets: (findings: number, targets: number) =>
      `eine Abhilfe hilft ${number(findings)} Befunden an ${number(targets)} Zielen`,
    byRegressed: (n: number) =>
      n === 1 ? '1 war behoben und kam wieder' : `${number(n)} waren behoben und kamen wieder`,
    byAge: 'besteht schon lange',
    byDoubt: (n: number) =>
      n === 1
        ? '1 wurde nicht erneut geprüft und steht wie zuletzt gesehen'
        : `${number(n)} wurden nicht erneut geprüft und stehen wie zuletzt gesehen`,
    findings: (n: number, targets: number) =>
      `${n === 1 ? '1 Befund' : `${number(n)} Befunde`} an ${targets === 1 ? '1 Ziel' : `${number(targets)} Zielen`}`,
    openSince: 'offen seit',
    total: (remedies: number, findings: number) =>
      `${remedies === 1 ? '1 Abhilfe' : `${number(remedies)} Abhilfen`} für ${findings === 1 ? '1 Befund' : `${number(findings)} Befunde`}. `,
    least: 'Ab Schwere',
    all: 'Jede Schwere',
    noneSoSevere: 'Nichts von dieser Schwere oder schwerer ist offen und unentschieden',
  },
})
