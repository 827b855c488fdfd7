import type { OutageCause } from '#db/model/outage.ts'
import type { RuleWords } from '#workers/scanners/catalog.ts'

type Words = Omit<RuleWords, 'reference'>

const outages: Readonly<Record<OutageCause, Words>> = {
  host: {
    title: 'The host gives no answer',
    severity: 'medium',
    remedy: 'Look whether it runs, and whether something lets our packets through no longer.',
  },
  resolver: {
    title: 'No resolver answers',
    severity: 'medium',
    remedy: 'Look after the name servers in DNS_SERVERS, or those of this system.',
  },
  registry: {
    title: 'The registry gives no answer',
    severity: 'low',
    remedy: 'Wait: it is theirs. What was known of registrations stands as it was.',
  },
  network: {
    title: 'Our own network is cut off',
    severity: 'medium',
    remedy: 'Look after the network of this Portlight. Nothing is told of targets meanwhile.',
  },
}

const words: Readonly<Record<string, Words>> = {
  ...Object.fromEntries(Object.entries(outages).map(([cause, of]) => [`outage/${cause}`, of])),
  'do-not-scan/asked': {
    title: 'Its owner asked not to be scanned',
    severity: 'medium',
    remedy: 'Nothing here touches it any more, and schedules pass it over. What was known of it stands as it was.',
  },
}

/** The words of news that are of no rule of a scanner; undefined for one that is. */
export function describeOther(rule: string): RuleWords | undefined {
  const found = words[rule]
  return found && { ...found, reference: '' }
}
