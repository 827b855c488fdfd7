/** What a rule is called in a language, and what to do about it. */
export interface RuleText {
  readonly title: string
  readonly remedy: string
}
