import type { Severity } from '#db/model/finding.ts'
import type { OutageCause } from '#db/model/outage.ts'
import { words } from '#db/model/words/index.ts'
import type { Language } from '#db/model/words/language.ts'
import type { RuleWords } from '#workers/scanners/catalog.ts'

const outages: Readonly<Record<OutageCause, Severity>> = {
  host: 'medium',
  resolver: 'medium',
  registry: 'low',
  network: 'medium',
}

/** The words of news that are of no rule of a scanner; undefined for one that is. */
export function describeOther(rule: string, language: Language = 'en'): RuleWords | undefined {
  const { told } = words[language]
  if (rule === 'do-not-scan/asked') return { ...told.spared, severity: 'medium', reference: '' }
  const cause = /^outage\/(.+)$/.exec(rule)?.[1]
  if (cause === undefined || !Object.hasOwn(outages, cause)) return undefined
  return { ...told.outages[cause as OutageCause], severity: outages[cause as OutageCause], reference: '' }
}
