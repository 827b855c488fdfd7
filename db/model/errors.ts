/** What a caller can get wrong; each code is stable and has its row in apps/api/problems.ts. */
export type DomainErrorCode =
  | 'invalid-target'
  | 'target-refused'
  | 'nothing-to-run'
  | 'queue-full'
  | 'not-found'
  | 'gone'
  | 'invalid-cursor'
  | 'invalid-email'
  | 'password-refused'
  | 'wrong-credentials'
  | 'account-disabled'
  | 'too-many-tries'
  | 'sign-up-closed'
  | 'no-mail'
  | 'conflict'
  | 'count-changed'
  | 'too-many-matches'
  | 'target-out-of-reach'
  | 'attestation-off'
  | 'invalid-schedule'

/** The caller's mistake, safe to show. Anything else that is thrown is our bug. */
export class DomainError extends Error {
  override name = 'DomainError'
  readonly code: DomainErrorCode
  /** The rule of the guard that refuses, where one does: it is the problem's code then. */
  readonly rule: string | undefined
  constructor(code: DomainErrorCode, message: string, rule?: string) {
    super(message)
    this.code = code
    this.rule = rule
  }
}
