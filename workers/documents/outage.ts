import type { OutageCause } from '#db/model/outage.ts'
import type { RuleWords } from '#workers/scanners/catalog.ts'

const words: Readonly<Record<OutageCause, Omit<RuleWords, 'reference'>>> = {
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

export const describeOutage = (cause: OutageCause): RuleWords => ({ ...words[cause], reference: '' })
