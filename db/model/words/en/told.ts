const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Sentences about what is news, what differs and what to fix first. */
export const told = {
  outages: {
    host: {
      title: 'The host gives no answer',
      remedy: 'Look whether it runs, and whether something lets our packets through no longer.',
    },
    resolver: {
      title: 'No resolver answers',
      remedy: 'Look after the name servers in DNS_SERVERS, or those of this system.',
    },
    registry: {
      title: 'The registry gives no answer',
      remedy: 'Wait: it is theirs. What was known of registrations stands as it was.',
    },
    network: {
      title: 'Our own network is cut off',
      remedy: 'Look after the network of this Portlight. Nothing is told of targets meanwhile.',
    },
  },
  spared: {
    title: 'Its owner asked not to be scanned',
    remedy: 'Nothing here touches it any more, and schedules pass it over. What was known of it stands as it was.',
  },
  news: {
    opened: 'New',
    confirmed: 'New',
    regressed: 'Back again',
    fixed: 'Fixed',
    recalibrated: 'Graded anew',
    reopened: 'No longer accepted',
    accepted: 'Accepted',
    'false-positive': 'False',
    severity: 'Of another severity',
    expires: 'Ends soon',
    silent: 'Silent',
    'answers-again': 'Answers again',
    spared: 'No longer scanned',
  },
  /** News inside a subject line. */
  inLine: (news: string) => news.toLowerCase(),
  targets: (count: number) => `${count} targets`,
  andMore: (count: number) => ` and ${count} more`,
  more: (count: number) => `And ${count} more.`,
  at: (addresses: string) => ` at ${addresses}`,
  inDays: (days: number) => `, in ${days === 1 ? 'a day' : `${days} days`}`,
  seen: (when: string, what: string) => ` Seen ${when}: ${what}.`,
  addressGone: 'The name no longer leads there: none of its servers gives that address.',
  ofRegistry: (suffix: string) => ` of .${suffix}`,
  silent: (severity: string, title: string, since: string, where: string, remedy: string) =>
    `Silent, ${severity}: ${title}, since ${since} (${where}). ${remedy}`,
  answersAgain: (title: string, since: string, until: string, where: string) =>
    `Answers again: ${title}; that was so from ${since} to ${until} (${where}).`,
  diff: {
    appeared: 'new',
    'first-told': 'told for the first time',
    gone: 'fixed',
    'not-retested': 'not re-tested',
    still: 'as before',
  },
  noFindings: 'No findings in either scan.',
  findings: (counts: string) => `Findings: ${counts}.`,
  risk: {
    severity: ({ severity, worstTargets }: RiskFacts) => `It is ${severity} at ${counted(worstTargets, 'target')}.`,
    'many-targets': ({ findings, targets }: RiskFacts) =>
      `One remedy mends ${counted(findings, 'finding')} at ${counted(targets, 'target')}.`,
    regressed: ({ regressed }: RiskFacts) => `${counted(regressed, 'finding')} had been fixed and came back.`,
    'open-long': ({ days }: RiskFacts) => `The oldest has been open for ${days} days.`,
    'not-retested': ({ notRetested }: RiskFacts) =>
      `The last scan did not re-test ${counted(notRetested, 'finding')}: scan again before you call it done.`,
  },
}

/** What the reasons for an order are made of. */
export interface RiskFacts {
  readonly severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  readonly worstTargets: number
  readonly findings: number
  readonly targets: number
  readonly regressed: number
  readonly notRetested: number
  /** Since the oldest was opened. */
  readonly days: number
}
