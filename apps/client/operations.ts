/* What the API's OpenAPI document says, as types: written by test/apps/client/operations.test.ts (`npx vitest run test/apps/client -u`). */

export type ScanStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
export type Scan = ScanSummary & {
  runs: Run[]
  findings: ScanFinding[]
}
export type Batch = BatchSummary & {
  /**
   * Rows in each state.
   */
  counts: {
    total: number
    bad: number
    duplicate: number
    waiting: number
    open: number
    completed: number
    failed: number
    cancelled: number
    refused: number
  }
  /**
   * The first 100 rows that cannot be scanned, each with why.
   */
  bad: BatchRow[]
  /**
   * The first 20 rows.
   */
  preview: BatchRow[]
}
export type StandingTarget = Target & {
  standing: {
    /**
     * Findings that are neither fixed nor decided.
     */
    open: number
    worst: 'info' | 'low' | 'medium' | 'high' | 'critical' | null
    /**
     * Of these, what the last scan could not tell, or did not ask.
     */
    notRetested: number
    /**
     * Checks that the last run of each scanner could not tell.
     */
    untold: number
    proof: 'proved' | 'attested' | 'lapsed' | 'none'
    lastScan: {
      id: string
      status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
      createdAt: string
    } | null
  }
}
export type Proof =
  | {
      kind: 'mailed-code'
      code: string
    }
  | {
      kind: 'totp'
      code: string
    }
  | {
      kind: 'recovery-code'
      code: string
    }
  | {
      kind: 'passkey'
      /**
       * AuthenticationResponseJSON (WebAuthn Level 3 §5.1).
       */
      response: {
        id: string
        [k: string]: unknown
      }
    }
export type WholeDelivery = Delivery & {
  /**
   * What is sent, with the texts blotted out that targets and scanners wrote.
   */
  body?: {
    [k: string]: unknown
  }
  attempts: {
    number: number
    at: string
    millis: number
    statusCode: number | null
    reason: string | null
    /**
     * The first 1,000 characters, what looks like a secret blotted out.
     */
    response: string
  }[]
}
export type WholeFinding = Finding & {
  history: FindingChange[]
}
export type WholeMessage = Message & {
  findingId: string | null
  targetId: string
  /**
   * What it said before, the oldest first.
   */
  edits: {
    text: string
    replacedAt: string
  }[]
}
/**
 * The latest that was owed; null before the first.
 */
export type LastRun = {
  dueAt: string
  local: string
  status: 'waiting' | 'running' | 'ended' | 'missed'
  /**
   * Why it did not run.
   */
  reason: string | null
  detail: string | null
  endedAt: string | null
} | null

export interface Operations {
  'POST /v1/scans': {
    input: {
      body: {
        /**
         * A host name or an IP address that you may scan.
         */
        target: string
        /**
         * Which scanners, each with its options; all with their defaults when left out.
         */
        scanners?: {
          ports?: {
            /**
             * The TCP ports to ask: write ports as [80, 443], "1-1024,8080" or "top-1000".
             */
            ports?: number[] | string
          }
          tls?: {
            /**
             * TCP port that speaks TLS.
             */
            port?: number
            /**
             * Name to ask for (SNI) and to judge the certificate against; null is the target's own.
             */
            serverName?: string | null
            /**
             * Protocol that is spoken before TLS begins; null where TLS comes first.
             */
            starttls?: 'smtp' | 'imap' | 'pop3' | 'ftp' | 'nntp' | 'sieve' | 'ldap' | 'postgres' | null
          }
          dns?: {
            /**
             * For labs: where name servers listen at addresses that SCAN_ALLOW opens. Elsewhere it is always 53.
             */
            nameServerPort?: number
          }
          whois?: {
            /**
             * Longest time for one query, from its first packet to its last.
             */
            timeoutMillis?: number
          }
          http?: {
            httpPort?: number
            httpsPort?: number
            path?: string
            timeoutMillis?: number
            walkMillis?: number
            maxRedirects?: number
          }
        }
        /**
         * `bulk` lets every scan go first that somebody waits for; `interactive` when left out.
         */
        lane?: 'interactive' | 'bulk'
        /**
         * Seconds. A scanner that told the same target the same question within this time is not asked again: its run is taken over (`fromCache`). An open scan that asks exactly this is given in place of a new one.
         */
        maxAge?: number
        /**
         * By what right you scan it, in a sentence that stands on every run. Only who runs this instance may (`targets:attest`); everybody else proves it.
         */
        attest?: string
      }
    }
    answer: AcceptedScan
  }
  'GET /v1/scans': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        /**
         * Scans of this host only.
         */
        target?: string
        status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
        /**
         * What the request with this `X-Request-Id` made.
         */
        requestId?: string
      }
    }
    answer: {
      scans: ScanSummary[]
      /**
       * Null on the last page.
       */
      next: string | null
    }
  }
  'GET /v1/scans/counts': {
    input: {
      query?: {
        /**
         * Scans of this host only.
         */
        target?: string
      }
    }
    answer: ScanCounts
  }
  'GET /v1/scans/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Scan
  }
  'DELETE /v1/scans/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Scan
  }
  'POST /v1/scans/{id}/cancel': {
    input: {
      path: {
        id: string
      }
    }
    answer: Scan
  }
  'POST /v1/scans/{id}/rerun': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * @minItems 1
         * @maxItems 20
         */
        scanners?: string[]
      }
    }
    answer: AcceptedScan
  }
  'GET /v1/scans/{id}/events': {
    input: {
      path: {
        id: string
      }
      query?: {
        ticket?: string
      }
    }
    answer: null
  }
  'POST /v1/stream-tickets': {
    input: {}
    answer: {
      ticket: string
      expiresIn: number
    }
  }
  'GET /v1/scanners': {
    input: {}
    answer: {
      scanners: {
        name: string
        title: string
        version: number
        accepts: string[]
        /**
         * What it asks of a host that nobody has proved to be theirs.
         */
        withoutProof: 'all' | 'visit' | 'nothing'
        /**
         * JSON Schema, 2020-12.
         */
        options: {
          [k: string]: unknown
        }
        /**
         * JSON Schema, 2020-12.
         */
        result: {
          [k: string]: unknown
        }
        rules: {
          id: string
          title: string
          severity: string
          remedy: string
          reference: string
        }[]
      }[]
    }
  }
  'POST /v1/batches': {
    input: {
      query?: {
        name?: string
        /**
         * Reads and judges the rows, and scans none until the batch is started.
         */
        dryRun?: 'true' | 'false'
        /**
         * `targets`: each row becomes a target that is watched, and none is scanned.
         */
        purpose?: 'scans' | 'targets'
        /**
         * Names by comma, for rows that name none; all when left out.
         */
        scanners?: string
        /**
         * As for a single scan.
         */
        maxAge?: number | null
      }
      body: {
        /**
         * @minItems 1
         * @maxItems 100000
         */
        rows: unknown[]
      }
    }
    answer: {
      id: string
      /**
       * False where the same upload made the batch before.
       */
      isNew: boolean
      links: {
        self: string
      }
    }
  }
  'GET /v1/batches': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      batches: BatchSummary[]
      next: string | null
    }
  }
  'GET /v1/batches/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Batch
  }
  'DELETE /v1/batches/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Batch
  }
  'GET /v1/batches/{id}/rows': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * Rows behind this line.
         */
        after?: number | null
        status?: 'bad' | 'duplicate' | 'waiting' | 'open' | 'completed' | 'failed' | 'cancelled' | 'refused'
      }
    }
    answer: {
      rows: BatchRow[]
      next: number | null
    }
  }
  'GET /v1/batches/{id}/results': {
    input: {
      path: {
        id: string
      }
      query?: {
        after?: number | null
        status?: 'bad' | 'duplicate' | 'waiting' | 'open' | 'completed' | 'failed' | 'cancelled' | 'refused'
      }
    }
    answer: null
  }
  'POST /v1/batches/{id}/start': {
    input: {
      path: {
        id: string
      }
    }
    answer: Batch
  }
  'POST /v1/batches/{id}/cancel': {
    input: {
      path: {
        id: string
      }
    }
    answer: Batch
  }
  'GET /v1/targets': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before, in the same order.
         */
        cursor?: string
        /**
         * `urgency`: by the worst that is open and undecided, then by how much is.
         */
        sort?: 'newest' | 'name' | 'urgency'
        tag?: string
        /**
         * Part of the host or of the name.
         */
        text?: string
        archived?: 'true' | 'false'
        proof?: 'proved' | 'attested' | 'lapsed' | 'none'
        /**
         * `true`: where the last that was asked left something that could not be told.
         */
        untold?: 'true' | 'false'
      }
    }
    answer: {
      targets: StandingTarget[]
      next: string | null
    }
  }
  'POST /v1/targets': {
    input: {
      body: {
        name?: string
        /**
         * @maxItems 50
         */
        tags?: string[]
        ownerContact?: string
        note?: string
        /**
         * What you, its owner, allow once it is proved.
         */
        pace?: {
          connectionsPerSecond: number
          openConnections: number
        } | null
        leastSeverity?: 'info' | 'low' | 'medium' | 'high' | 'critical' | null
        /**
         * Whether its findings are kept from scan to scan, and people told of changes. What is added, or scanned by a schedule, is.
         */
        isWatched?: boolean
        target: string
      }
    }
    answer: Target
  }
  'GET /v1/targets/counts': {
    input: {
      query?: {
        tag?: string
        /**
         * Part of the host or of the name.
         */
        text?: string
        archived?: 'true' | 'false'
        proof?: 'proved' | 'attested' | 'lapsed' | 'none'
        /**
         * `true`: where the last that was asked left something that could not be told.
         */
        untold?: 'true' | 'false'
      }
    }
    answer: TargetCounts
  }
  'GET /v1/targets/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: StandingTarget
  }
  'PATCH /v1/targets/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        name?: string
        /**
         * @maxItems 50
         */
        tags?: string[]
        ownerContact?: string
        note?: string
        /**
         * What you, its owner, allow once it is proved.
         */
        pace?: {
          connectionsPerSecond: number
          openConnections: number
        } | null
        leastSeverity?: 'info' | 'low' | 'medium' | 'high' | 'critical' | null
        /**
         * Whether its findings are kept from scan to scan, and people told of changes. What is added, or scanned by a schedule, is.
         */
        isWatched?: boolean
        isArchived?: boolean
      }
    }
    answer: null
  }
  'POST /v1/targets/{id}/erasure': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * The host, to show that this one is meant.
         */
        canonical: string
      }
    }
    answer: ErasureReceipt
  }
  'GET /v1/erasures': {
    input: {}
    answer: {
      erasures: ErasureReceipt[]
    }
  }
  'GET /v1/targets/{id}/proofs': {
    input: {
      path: {
        id: string
      }
    }
    answer: {
      proofs: ProofOfOwnership[]
      attestation: {
        sentence: string
        createdAt: string
      } | null
    }
  }
  'POST /v1/targets/{id}/proofs': {
    input: {
      path: {
        id: string
      }
      body: {
        kind: 'dns-txt' | 'http-file' | 'ptr'
        coversSubdomains?: boolean
      }
    }
    answer: ProofOfOwnership
  }
  'GET /v1/targets/{id}/proofs/{proofId}': {
    input: {
      path: {
        id: string
        proofId: string
      }
    }
    answer: ProofOfOwnership
  }
  'DELETE /v1/targets/{id}/proofs/{proofId}': {
    input: {
      path: {
        id: string
        proofId: string
      }
    }
    answer: null
  }
  'POST /v1/targets/{id}/proofs/{proofId}/check': {
    input: {
      path: {
        id: string
        proofId: string
      }
    }
    answer: ProofOfOwnership
  }
  'POST /v1/targets/{id}/attestation': {
    input: {
      path: {
        id: string
      }
      body: {
        sentence: string
      }
    }
    answer: null
  }
  'DELETE /v1/targets/{id}/attestation': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'POST /v1/set-up': {
    input: {
      body: {
        code?: string | null
        email: string
        name?: string
        /**
         * 8 to 1,000 characters, none of the common ones; no rule of composition.
         */
        password?: string | null
        /**
         * Make an API key too, for scripts.
         */
        wantsKey?: boolean
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn & {
      userId: string
      organisationId: string
      apiKey: string | null
    }
  }
  'POST /v1/sign-up': {
    input: {
      body: {
        email: string
      }
    }
    answer: Challenge
  }
  'POST /v1/sign-up/verify': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        /**
         * Six digits, from the mail.
         */
        code: string
        /**
         * 8 to 1,000 characters, none of the common ones; no rule of composition.
         */
        password: string
        name?: string
        /**
         * The session lasts 30 days in place of 7.
         */
        isRemembered?: boolean
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn
  }
  'POST /v1/login': {
    input: {
      body: {
        email: string
        password: string
        /**
         * The session lasts 30 days in place of 7.
         */
        isRemembered?: boolean
        /**
         * `deviceToken` of an earlier sign-in.
         */
        device?: string
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn | FactorNeeded
  }
  'POST /v1/login/factor': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        proof: Proof
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn
  }
  'POST /v1/login/passkey/options': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge?: string
      }
    }
    answer: {
      challenge: string
      options: PasskeyRequestOptions
    }
  }
  'POST /v1/login/passkey': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        response: {
          id: string
          [k: string]: unknown
        }
        /**
         * The session lasts 30 days in place of 7.
         */
        isRemembered?: boolean
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn
  }
  'POST /v1/refresh': {
    input: {
      body: {
        /**
         * Else the cookie.
         */
        refreshToken?: string
      }
    }
    answer: SignedIn
  }
  'POST /v1/logout': {
    input: {}
    answer: null
  }
  'POST /v1/reset': {
    input: {
      body: {
        email: string
      }
    }
    answer: Challenge
  }
  'POST /v1/reset/verify': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        /**
         * Six digits, from the mail.
         */
        code: string
        /**
         * 8 to 1,000 characters, none of the common ones; no rule of composition.
         */
        password: string
        /**
         * The session lasts 30 days in place of 7.
         */
        isRemembered?: boolean
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn | FactorNeeded
  }
  'POST /v1/restore': {
    input: {
      body: {
        id: string
        token: string
      }
    }
    answer: null
  }
  'POST /v1/step-up': {
    input: {}
    answer: {
      challenge: string
      factors: ('mailed-code' | 'totp' | 'recovery-code' | 'passkey')[]
      /**
       * Beside the mailed code, where there is no other factor.
       */
      needsPassword: boolean
    }
  }
  'POST /v1/step-up/verify': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        proof: Proof
        password?: string
      }
    }
    answer: null
  }
  'GET /v1/me': {
    input: {}
    answer: Me
  }
  'PATCH /v1/me': {
    input: {
      body: {
        name?: string
        /**
         * Null for the browser’s.
         */
        language?: 'en' | 'de' | null
      }
    }
    answer: null
  }
  'DELETE /v1/me': {
    input: {}
    answer: null
  }
  'POST /v1/me/password': {
    input: {
      body: {
        old: string
        /**
         * 8 to 1,000 characters, none of the common ones; no rule of composition.
         */
        password: string
      }
    }
    answer: null
  }
  'POST /v1/me/email': {
    input: {
      body: {
        email: string
      }
    }
    answer: {
      oldChallenge: string
      newChallenge: string
    }
  }
  'POST /v1/me/email/verify': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        oldChallenge: string
        /**
         * Six digits, from the mail.
         */
        oldCode: string
        /**
         * As the answer gave it that asked for the code.
         */
        newChallenge: string
        /**
         * Six digits, from the mail.
         */
        newCode: string
      }
    }
    answer: null
  }
  'POST /v1/me/organisation': {
    input: {
      body: {
        organisationId: string
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn
  }
  'POST /v1/me/leave': {
    input: {}
    answer: null
  }
  'GET /v1/me/export': {
    input: {}
    answer: {
      [k: string]: unknown
    }
  }
  'GET /v1/me/factors': {
    input: {}
    answer: {
      hasTotp: boolean
      recoveryCodesLeft: number
      passkeys: {
        id: string
        name: string
        createdAt: string
        lastUsedAt: string | null
      }[]
    }
  }
  'POST /v1/me/totp': {
    input: {}
    answer: {
      uri: string
      /**
       * The same as a QR code.
       */
      qrSvg: string
    }
  }
  'DELETE /v1/me/totp': {
    input: {}
    answer: null
  }
  'POST /v1/me/totp/confirm': {
    input: {
      body: {
        code: string
      }
    }
    answer: {
      /**
       * Ten, shown this once, where there were none before.
       */
      recoveryCodes: string[] | null
    }
  }
  'POST /v1/me/recovery-codes': {
    input: {}
    answer: {
      /**
       * Ten, shown this once, where there were none before.
       */
      recoveryCodes: string[] | null
    }
  }
  'POST /v1/me/passkeys/options': {
    input: {}
    answer: {
      challenge: string
      /**
       * PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.1).
       */
      options: {
        [k: string]: unknown
      }
    }
  }
  'POST /v1/me/passkeys': {
    input: {
      body: {
        /**
         * As the answer gave it that asked for the code.
         */
        challenge: string
        /**
         * RegistrationResponseJSON.
         */
        response: {
          id: string
          [k: string]: unknown
        }
        name: string
      }
    }
    answer: {
      id: string
      /**
       * Ten, shown this once, where there were none before.
       */
      recoveryCodes: string[] | null
    }
  }
  'PATCH /v1/me/passkeys/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        name: string
      }
    }
    answer: null
  }
  'DELETE /v1/me/passkeys/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/me/identities': {
    input: {}
    answer: {
      identities: {
        issuer: string
        subject: string
        createdAt: string
      }[]
    }
  }
  'POST /v1/me/identities/unlink': {
    input: {
      body: {
        issuer: string
        subject: string
      }
    }
    answer: null
  }
  'GET /v1/sessions': {
    input: {}
    answer: {
      sessions: Session[]
    }
  }
  'DELETE /v1/sessions': {
    input: {
      query?: {
        /**
         * `all`: log out everywhere.
         */
        which?: 'others' | 'all'
      }
    }
    answer: {
      ended: number
    }
  }
  'PATCH /v1/sessions/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        name: string
      }
    }
    answer: null
  }
  'DELETE /v1/sessions/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/devices': {
    input: {}
    answer: {
      devices: Device[]
    }
  }
  'DELETE /v1/devices/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/keys': {
    input: {}
    answer: {
      keys: ApiKey[]
    }
  }
  'POST /v1/keys': {
    input: {
      body: {
        name: string
        /**
         * Null: all that the role may.
         *
         * @minItems 1
         */
        scopes?:
          | (
              | 'scans:read'
              | 'scans:write'
              | 'targets:read'
              | 'targets:write'
              | 'targets:erase'
              | 'schedules:read'
              | 'schedules:write'
              | 'findings:read'
              | 'findings:write'
              | 'discussion:write'
              | 'members:read'
              | 'keys:read'
              | 'webhooks:read'
              | 'webhooks:write'
              | 'alerts:read'
              | 'alerts:write'
              | 'audit:read'
              | 'self:read'
              | 'instance:operate'
              | 'targets:attest'
            )[]
          | null
        /**
         * Only targets with one of these tags; null: all.
         *
         * @minItems 1
         * @maxItems 50
         */
        targetTags?: string[] | null
        /**
         * Only from these addresses; null: from anywhere.
         *
         * @minItems 1
         * @maxItems 50
         */
        sourceRanges?: string[] | null
        expiresAt?: string | null
        serviceAccountId?: string
      }
    }
    answer: {
      id: string
      key: string
    }
  }
  'DELETE /v1/keys/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/service-accounts': {
    input: {}
    answer: {
      serviceAccounts: ServiceAccount[]
    }
  }
  'POST /v1/service-accounts': {
    input: {
      body: {
        name: string
        role?: 'admin' | 'operator' | 'viewer'
      }
    }
    answer: {
      id: string
    }
  }
  'PATCH /v1/service-accounts/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        isDisabled: boolean
      }
    }
    answer: null
  }
  'GET /v1/webhooks': {
    input: {}
    answer: {
      webhooks: Webhook[]
    }
  }
  'POST /v1/webhooks': {
    input: {
      body: {
        /**
         * https; plain http only at addresses of `OUTBOUND_ALLOW`. No user information, no fragment.
         */
        url: string
        /**
         * What it is told by itself; alerts it is told where a route leads to it.
         *
         * @minItems 1
         * @maxItems 6
         */
        events?: (
          'scan.completed' | 'scan.failed' | 'scan.cancelled' | 'scan.refused' | 'batch.completed' | 'batch.cancelled'
        )[]
        /**
         * `slack` (Mattermost too) and `json` (Telegram, Matrix and others that take a `text`) get alerts as a text, unsigned, at a URL that is kept as a secret.
         */
        format?: 'standard' | 'slack' | 'json'
        name?: string
      }
    }
    answer: {
      webhook: Webhook
      keys: WebhookKeys
    }
  }
  'GET /v1/webhooks/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Webhook
  }
  'PATCH /v1/webhooks/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * https; plain http only at addresses of `OUTBOUND_ALLOW`. No user information, no fragment.
         */
        url?: string
        /**
         * @minItems 1
         * @maxItems 6
         */
        events?: (
          'scan.completed' | 'scan.failed' | 'scan.cancelled' | 'scan.refused' | 'batch.completed' | 'batch.cancelled'
        )[]
        name?: string
        isDisabled?: boolean
      }
    }
    answer: null
  }
  'DELETE /v1/webhooks/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'POST /v1/webhooks/{id}/rotate': {
    input: {
      path: {
        id: string
      }
      body: {
        overlapHours?: number
      }
    }
    answer: {
      keys: WebhookKeys
    }
  }
  'POST /v1/webhooks/{id}/test': {
    input: {
      path: {
        id: string
      }
    }
    answer: Delivery
  }
  'GET /v1/webhooks/{id}/deliveries': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        status?: 'waiting' | 'delivered' | 'given-up'
      }
    }
    answer: {
      deliveries: Delivery[]
      next: string | null
    }
  }
  'GET /v1/webhooks/{id}/deliveries/{deliveryId}': {
    input: {
      path: {
        id: string
        deliveryId: string
      }
    }
    answer: WholeDelivery
  }
  'POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay': {
    input: {
      path: {
        id: string
        deliveryId: string
      }
    }
    answer: Delivery
  }
  'POST /v1/webhooks/{id}/replay': {
    input: {
      path: {
        id: string
      }
      body: {
        since: string
      }
    }
    answer: {
      replayed: number
    }
  }
  'GET /v1/members': {
    input: {}
    answer: {
      members: {
        id: string
        email: string
        name: string
        role: 'owner' | 'admin' | 'operator' | 'viewer'
        isActive: boolean
        since: string
      }[]
    }
  }
  'PATCH /v1/members/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        role: 'owner' | 'admin' | 'operator' | 'viewer'
      }
    }
    answer: null
  }
  'DELETE /v1/members/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/invitations': {
    input: {}
    answer: {
      invitations: {
        id: string
        email: string
        role: 'owner' | 'admin' | 'operator' | 'viewer'
        expiresAt: string
      }[]
    }
  }
  'POST /v1/invitations': {
    input: {
      body: {
        email: string
        role: 'owner' | 'admin' | 'operator' | 'viewer'
      }
    }
    answer: {
      id: string
    }
  }
  'DELETE /v1/invitations/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/overview': {
    input: {
      query?: {
        /**
         * In place of when one last looked.
         */
        since?: string
      }
    }
    answer: Overview
  }
  'POST /v1/me/looked': {
    input: {}
    answer: null
  }
  'GET /v1/trends': {
    input: {
      query?: {
        days?: number
      }
    }
    answer: {
      days: Day[]
    }
  }
  'GET /v1/search': {
    input: {
      query: {
        q: string
      }
    }
    answer: Found
  }
  'GET /v1/expiries': {
    input: {
      query?: {
        of?: 'certificates' | 'registrations'
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      expiries: Expiry[]
      next: string | null
    }
  }
  'GET /v1/certificates': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        target?: string
        /**
         * Part of the host, a name or the issuer.
         */
        text?: string
        renewal?: 'in-time' | 'overdue' | 'ended'
        hasSuccessor?: 'true' | 'false'
        /**
         * `false`: the last run did not ask there, or got no answer.
         */
        retested?: 'true' | 'false'
      }
    }
    answer: {
      certificates: Certificate[]
      next: string | null
    }
  }
  'GET /v1/certificates/counts': {
    input: {
      query?: {
        target?: string
        /**
         * Part of the host, a name or the issuer.
         */
        text?: string
        renewal?: 'in-time' | 'overdue' | 'ended'
        hasSuccessor?: 'true' | 'false'
        /**
         * `false`: the last run did not ask there, or got no answer.
         */
        retested?: 'true' | 'false'
      }
    }
    answer: CertificateCounts
  }
  'GET /v1/findings': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before, in the same order.
         */
        cursor?: string
        sort?: 'urgency' | 'changed' | 'newest' | 'oldest' | 'lastConfirmed' | 'target'
        /**
         * One or more of open, fixed, regressed, with commas between them.
         */
        state?: string
        /**
         * One or more of info, low, medium, high, critical, with commas between them.
         */
        severity?: string
        decision?: 'none' | 'accepted' | 'false-positive'
        scanner?: string
        /**
         * `false`: only what the last scan could not tell, or did not ask.
         */
        retested?: 'true' | 'false'
        target?: string
        tag?: string
        rule?: string
        /**
         * Part of the host, the title, the rule or the subject.
         */
        text?: string
        /**
         * That opened after it, whatever happened later: what the overview counts.
         */
        openedSince?: string
        /**
         * That regressed after it, whatever happened later: what the overview counts.
         */
        regressedSince?: string
        /**
         * That fixed after it, whatever happened later: what the overview counts.
         */
        fixedSince?: string
        /**
         * At targets that are archived; where none is named only those at others are shown.
         */
        archived?: 'true' | 'false'
        /**
         * Whose state changed since.
         */
        since?: string
        /**
         * Only what is accepted until then or until an earlier date.
         */
        acceptedUntil?: string
      }
    }
    answer: {
      findings: Finding[]
      next: string | null
    }
  }
  'GET /v1/findings/counts': {
    input: {
      query?: {
        /**
         * One or more of open, fixed, regressed, with commas between them.
         */
        state?: string
        /**
         * One or more of info, low, medium, high, critical, with commas between them.
         */
        severity?: string
        decision?: 'none' | 'accepted' | 'false-positive'
        scanner?: string
        /**
         * `false`: only what the last scan could not tell, or did not ask.
         */
        retested?: 'true' | 'false'
        target?: string
        tag?: string
        rule?: string
        /**
         * Part of the host, the title, the rule or the subject.
         */
        text?: string
        /**
         * That opened after it, whatever happened later: what the overview counts.
         */
        openedSince?: string
        /**
         * That regressed after it, whatever happened later: what the overview counts.
         */
        regressedSince?: string
        /**
         * That fixed after it, whatever happened later: what the overview counts.
         */
        fixedSince?: string
        /**
         * At targets that are archived; where none is named only those at others are shown.
         */
        archived?: 'true' | 'false'
        /**
         * Whose state changed since.
         */
        since?: string
        /**
         * Only what is accepted until then or until an earlier date.
         */
        acceptedUntil?: string
      }
    }
    answer: FindingCounts
  }
  'GET /v1/risk': {
    input: {}
    answer: {
      remedies: Remedy[]
    }
  }
  'POST /v1/findings/decisions': {
    input: {
      body: {
        /**
         * @minItems 1
         * @maxItems 500
         */
        ids: string[]
        /**
         * `accepted` may have a date, after which it is open again; `none` takes a decision back.
         */
        decision: 'none' | 'accepted' | 'false-positive'
        until?: string | null
        /**
         * For whoever reads it later; needed but for `none`.
         */
        reason?: string
      }
    }
    answer: {
      decided: string[]
      undo: {
        ids: string[]
        decision: 'none' | 'accepted' | 'false-positive'
        until?: string
        reason?: string
      }[]
    }
  }
  'GET /v1/findings/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: WholeFinding
  }
  'PATCH /v1/findings/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Null for the rule’s own.
         */
        severity: 'info' | 'low' | 'medium' | 'high' | 'critical' | null
        reason?: string
      }
    }
    answer: null
  }
  'GET /v1/scans/{id}/diff/{other}': {
    input: {
      path: {
        id: string
        other: string
      }
    }
    answer: Diff
  }
  'GET /v1/findings/{id}/messages': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      messages: Message[]
      next: string | null
    }
  }
  'POST /v1/findings/{id}/messages': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Plain text. Whoever shows it shows it as text.
         */
        text: string
        /**
         * Members who get a mail about it, each once.
         *
         * @maxItems 20
         */
        mentions?: string[]
      }
    }
    answer: Message
  }
  'GET /v1/findings/{id}/messages/events': {
    input: {
      path: {
        id: string
      }
      query?: {
        ticket?: string
      }
    }
    answer: null
  }
  'GET /v1/targets/{id}/messages': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      messages: Message[]
      next: string | null
    }
  }
  'POST /v1/targets/{id}/messages': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Plain text. Whoever shows it shows it as text.
         */
        text: string
        /**
         * Members who get a mail about it, each once.
         *
         * @maxItems 20
         */
        mentions?: string[]
      }
    }
    answer: Message
  }
  'GET /v1/targets/{id}/messages/events': {
    input: {
      path: {
        id: string
      }
      query?: {
        ticket?: string
      }
    }
    answer: null
  }
  'GET /v1/messages/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: WholeMessage
  }
  'PATCH /v1/messages/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Plain text. Whoever shows it shows it as text.
         */
        text: string
        /**
         * Members who get a mail about it, each once.
         *
         * @maxItems 20
         */
        mentions?: string[]
      }
    }
    answer: Message
  }
  'DELETE /v1/messages/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/targets/{id}/timeline': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      timeline: TimelineEntry[]
      next: string | null
    }
  }
  'GET /v1/targets/{id}/ports': {
    input: {
      path: {
        id: string
      }
      query?: {
        runs?: number
      }
    }
    answer: PortsOverTime
  }
  'GET /v1/alerts': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        target?: string
      }
    }
    answer: {
      alerts: Alert[]
      next: string | null
    }
  }
  'GET /v1/alert-routes': {
    input: {}
    answer: {
      routes: AlertRoute[]
    }
  }
  'POST /v1/alert-routes': {
    input: {
      body: {
        name?: string
        /**
         * These, or those with one of the tags; all where neither is named.
         */
        targets?: {
          /**
           * @minItems 1
           * @maxItems 1000
           */
          ids?: string[]
          /**
           * @minItems 1
           * @maxItems 50
           */
          tags?: string[]
        }
        /**
         * `medium` when left out.
         */
        leastSeverity?: 'info' | 'low' | 'medium' | 'high' | 'critical'
        /**
         * @maxItems 50
         */
        webhookIds?: string[]
        /**
         * Members, who are told by mail.
         *
         * @maxItems 100
         */
        userIds?: string[]
        /**
         * The organisation’s owners too, whoever they are then.
         */
        toOwners?: boolean
        /**
         * The member whose address is the target’s `ownerContact`; the organisation’s owners where it is no member’s.
         */
        toTargetOwner?: boolean
        /**
         * Collects until then, in `zone`; what is critical is told at once.
         */
        digestCron?: string | null
        /**
         * In `zone`; what is not critical waits for their end.
         */
        quietHours?: {
          from: string
          to: string
        } | null
        zone?: string
        isDisabled?: boolean
      }
    }
    answer: AlertRoute
  }
  'PATCH /v1/alert-routes/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        name?: string
        /**
         * These, or those with one of the tags; all where neither is named.
         */
        targets?: {
          /**
           * @minItems 1
           * @maxItems 1000
           */
          ids?: string[]
          /**
           * @minItems 1
           * @maxItems 50
           */
          tags?: string[]
        }
        /**
         * `medium` when left out.
         */
        leastSeverity?: 'info' | 'low' | 'medium' | 'high' | 'critical'
        /**
         * @maxItems 50
         */
        webhookIds?: string[]
        /**
         * Members, who are told by mail.
         *
         * @maxItems 100
         */
        userIds?: string[]
        /**
         * The organisation’s owners too, whoever they are then.
         */
        toOwners?: boolean
        /**
         * The member whose address is the target’s `ownerContact`; the organisation’s owners where it is no member’s.
         */
        toTargetOwner?: boolean
        /**
         * Collects until then, in `zone`; what is critical is told at once.
         */
        digestCron?: string | null
        /**
         * In `zone`; what is not critical waits for their end.
         */
        quietHours?: {
          from: string
          to: string
        } | null
        zone?: string
        isDisabled?: boolean
      }
    }
    answer: null
  }
  'DELETE /v1/alert-routes/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'POST /v1/alert-routes/{id}/test': {
    input: {
      path: {
        id: string
      }
    }
    answer: {
      webhooks: number
      mails: number
    }
  }
  'GET /v1/scans/{id}/record': {
    input: {
      path: {
        id: string
      }
    }
    answer: SignedRecord
  }
  'GET /v1/shares': {
    input: {}
    answer: {
      shares: Share[]
    }
  }
  'POST /v1/shares': {
    input: {
      body: {
        targetId?: string
        scanId?: string
        name?: string
        days?: number
        password?: string
        /**
         * Leaves out what the target sent and at which addresses: true when left out.
         */
        hidesEvidence?: boolean
        /**
         * In which the report is shown, whatever the browser of whoever looks says.
         */
        language?: 'en' | 'de'
        /**
         * A picture of how it stands, without the password, for whoever has the link.
         */
        hasBadge?: boolean
      }
    }
    answer: {
      id: string
      url: string
      badgeUrl: string | null
      expiresAt: string
    }
  }
  'DELETE /v1/shares/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/shares/{id}/views': {
    input: {
      path: {
        id: string
      }
    }
    answer: {
      views: {
        at: string
        client: string
        outcome: string
      }[]
    }
  }
  'GET /v1/scans/{id}/report': {
    input: {
      path: {
        id: string
      }
      query?: {
        /**
         * `html` is one page without script or links; `pdf` is tagged; `csv` is safe for spreadsheets; `sarif` is 2.1.0.
         */
        format?: 'html' | 'json' | 'pdf' | 'csv' | 'markdown' | 'sarif'
        /**
         * Of `html`, `pdf` and `markdown`; what programs read is English always.
         */
        language?: 'en' | 'de'
      }
    }
    answer: string
  }
  'GET /v1/targets/{id}/report': {
    input: {
      path: {
        id: string
      }
      query?: {
        /**
         * `html` is one page without script or links; `pdf` is tagged; `csv` is safe for spreadsheets; `sarif` is 2.1.0.
         */
        format?: 'html' | 'json' | 'pdf' | 'csv' | 'markdown' | 'sarif'
        /**
         * Of `html`, `pdf` and `markdown`; what programs read is English always.
         */
        language?: 'en' | 'de'
      }
    }
    answer: string
  }
  'GET /v1/report': {
    input: {
      query?: {
        /**
         * `html` is one page without script or links; `pdf` is tagged; `csv` is safe for spreadsheets; `sarif` is 2.1.0.
         */
        format?: 'html' | 'json' | 'pdf' | 'csv' | 'markdown' | 'sarif'
        /**
         * Of `html`, `pdf` and `markdown`; what programs read is English always.
         */
        language?: 'en' | 'de'
      }
    }
    answer: string
  }
  'GET /v1/schedules': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        /**
         * Only those that reach it: by its id, a tag, or all.
         */
        target?: string
      }
    }
    answer: {
      schedules: Schedule[]
      next: string | null
    }
  }
  'POST /v1/schedules': {
    input: {
      body: {
        /**
         * Exactly five fields, or one of `@hourly @daily @weekly @monthly @yearly`.
         */
        cron?: string
        /**
         * In place of `cron`.
         */
        everySeconds?: number
        /**
         * Of the IANA database.
         */
        zone?: string
        name?: string
        /**
         * These, and all that carry one of the tags when the moment comes; with neither every target.
         */
        targets?: {
          /**
           * @minItems 1
           * @maxItems 10000
           */
          ids?: string[]
          /**
           * @minItems 1
           * @maxItems 50
           */
          tags?: string[]
        }
        /**
         * All with their defaults when left out.
         */
        scanners?: {
          ports?: {
            /**
             * The TCP ports to ask: write ports as [80, 443], "1-1024,8080" or "top-1000".
             */
            ports?: number[] | string
          }
          tls?: {
            /**
             * TCP port that speaks TLS.
             */
            port?: number
            /**
             * Name to ask for (SNI) and to judge the certificate against; null is the target's own.
             */
            serverName?: string | null
            /**
             * Protocol that is spoken before TLS begins; null where TLS comes first.
             */
            starttls?: 'smtp' | 'imap' | 'pop3' | 'ftp' | 'nntp' | 'sieve' | 'ldap' | 'postgres' | null
          }
          dns?: {
            /**
             * For labs: where name servers listen at addresses that SCAN_ALLOW opens. Elsewhere it is always 53.
             */
            nameServerPort?: number
          }
          whois?: {
            /**
             * Longest time for one query, from its first packet to its last.
             */
            timeoutMillis?: number
          }
          http?: {
            httpPort?: number
            httpsPort?: number
            path?: string
            timeoutMillis?: number
            walkMillis?: number
            maxRedirects?: number
          }
        }
        /**
         * Of a run whose time comes while the one before has not ended: `skip` (when left out), or `queue` behind it.
         */
        overlap?: 'skip' | 'queue'
        /**
         * Of runs that nobody was there for: `once`, the last of them (when left out), or `none`.
         */
        catchUp?: 'once' | 'none'
        /**
         * Targets begin within so long, each at its own moment, the same at every run.
         */
        spreadSeconds?: number
      }
    }
    answer: Schedule
  }
  'POST /v1/schedules/preview': {
    input: {
      body: {
        /**
         * Exactly five fields, or one of `@hourly @daily @weekly @monthly @yearly`.
         */
        cron?: string
        /**
         * In place of `cron`.
         */
        everySeconds?: number
        /**
         * Of the IANA database.
         */
        zone?: string
      }
    }
    answer: {
      nextRuns: NextRun[]
    }
  }
  'GET /v1/schedules/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: Schedule
  }
  'PATCH /v1/schedules/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Exactly five fields, or one of `@hourly @daily @weekly @monthly @yearly`.
         */
        cron?: string
        /**
         * In place of `cron`.
         */
        everySeconds?: number
        zone?: string
        name?: string
        /**
         * These, and all that carry one of the tags when the moment comes; with neither every target.
         */
        targets?: {
          /**
           * @minItems 1
           * @maxItems 10000
           */
          ids?: string[]
          /**
           * @minItems 1
           * @maxItems 50
           */
          tags?: string[]
        }
        /**
         * All with their defaults when left out.
         */
        scanners?: {
          ports?: {
            /**
             * The TCP ports to ask: write ports as [80, 443], "1-1024,8080" or "top-1000".
             */
            ports?: number[] | string
          }
          tls?: {
            /**
             * TCP port that speaks TLS.
             */
            port?: number
            /**
             * Name to ask for (SNI) and to judge the certificate against; null is the target's own.
             */
            serverName?: string | null
            /**
             * Protocol that is spoken before TLS begins; null where TLS comes first.
             */
            starttls?: 'smtp' | 'imap' | 'pop3' | 'ftp' | 'nntp' | 'sieve' | 'ldap' | 'postgres' | null
          }
          dns?: {
            /**
             * For labs: where name servers listen at addresses that SCAN_ALLOW opens. Elsewhere it is always 53.
             */
            nameServerPort?: number
          }
          whois?: {
            /**
             * Longest time for one query, from its first packet to its last.
             */
            timeoutMillis?: number
          }
          http?: {
            httpPort?: number
            httpsPort?: number
            path?: string
            timeoutMillis?: number
            walkMillis?: number
            maxRedirects?: number
          }
        }
        /**
         * Of a run whose time comes while the one before has not ended: `skip` (when left out), or `queue` behind it.
         */
        overlap?: 'skip' | 'queue'
        /**
         * Of runs that nobody was there for: `once`, the last of them (when left out), or `none`.
         */
        catchUp?: 'once' | 'none'
        /**
         * Targets begin within so long, each at its own moment, the same at every run.
         */
        spreadSeconds?: number
        /**
         * Pauses it, saying why; null goes on with it.
         */
        pausedReason?: string | null
      }
    }
    answer: null
  }
  'DELETE /v1/schedules/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /v1/schedules/{id}/runs': {
    input: {
      path: {
        id: string
      }
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        before?: string
        status?: 'waiting' | 'running' | 'ended' | 'missed'
      }
    }
    answer: {
      runs: Tick[]
      next: string | null
    }
  }
  'GET /v1/blackouts': {
    input: {}
    answer: {
      blackouts: Blackout[]
    }
  }
  'POST /v1/blackouts': {
    input: {
      body: {
        name?: string
        /**
         * What is being done meanwhile, for whoever reads of it later.
         */
        note?: string
        /**
         * Every target of the organisation when left out.
         */
        targetId?: string
        /**
         * Scans that run when it opens finish, or pause until it closes.
         */
        running?: 'finish' | 'pause'
        startsAt?: string
        endsAt?: string
        /**
         * Exactly five fields, or one of `@hourly @daily @weekly @monthly @yearly`.
         */
        cron?: string
        /**
         * Of the IANA database.
         */
        zone?: string
        /**
         * How long it is open, each time.
         */
        minutes?: number
      }
    }
    answer: Blackout
  }
  'DELETE /v1/blackouts/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'POST /v1/invitations/accept': {
    input: {
      body: {
        id: string
        token: string
      }
    }
    answer: {
      organisationId: string
    }
  }
  'POST /v1/invitations/sign-up': {
    input: {
      body: {
        id: string
        token: string
        /**
         * 8 to 1,000 characters, none of the common ones; no rule of composition.
         */
        password: string
        name?: string
        /**
         * The session lasts 30 days in place of 7.
         */
        isRemembered?: boolean
        /**
         * `cookie`, for pages: the tokens come as HttpOnly cookies, and not in the body.
         */
        as?: 'bearer' | 'cookie'
      }
    }
    answer: SignedIn
  }
  'POST /v1/organisations': {
    input: {
      body: {
        name: string
      }
    }
    answer: {
      id: string
    }
  }
  'GET /v1/organisation': {
    input: {}
    answer: Organisation
  }
  'PATCH /v1/organisation': {
    input: {
      body: {
        name?: string
        /**
         * Scans and batches that ended longer ago are deleted; findings and their history stay. Null for what the instance keeps (`KEEP_SCANS_DAYS`), which holds too where it is less.
         */
        keepScansDays?: number | null
      }
    }
    answer: null
  }
  'GET /v1/audit': {
    input: {
      query?: {
        /**
         * The `id` of the last entry that one has.
         */
        after?: string
      }
    }
    answer: null
  }
  'GET /v1/audit/entries': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        /**
         * How it begins: `target.` or `session.begin`.
         */
        action?: string
        actor?: string
        /**
         * The id of what it was done to.
         */
        subject?: string
        outcome?: 'done' | 'refused'
        from?: string
        before?: string
      }
    }
    answer: {
      entries: AuditEntry[]
      next: string | null
    }
  }
  'GET /v1/instance': {
    input: {}
    answer: Instance
  }
  'GET /v1/instance/users': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        email?: string
        /**
         * In the address or the name.
         */
        q?: string
      }
    }
    answer: {
      users: InstanceUser[]
      next: string | null
    }
  }
  'PATCH /v1/instance/users/{id}': {
    input: {
      path: {
        id: string
      }
      body: {
        isDisabled?: boolean
        instanceRole?: 'instance-admin' | 'instance-viewer' | null
      }
    }
    answer: null
  }
  'POST /v1/instance/users/{id}/end-sessions': {
    input: {
      path: {
        id: string
      }
    }
    answer: {
      ended: number
    }
  }
  'POST /v1/instance/users/{id}/reset': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'POST /v1/instance/users/{id}/factor-reset': {
    input: {
      path: {
        id: string
      }
    }
    answer: {
      state: 'asked' | 'done'
    }
  }
  'GET /v1/instance/audit': {
    input: {}
    answer: AuditVerdict
  }
  'GET /v1/instance/queues': {
    input: {}
    answer: Queues
  }
  'POST /v1/instance/queues/{queue}/pause': {
    input: {
      path: {
        queue: 'scans-interactive' | 'scans-scheduled' | 'scans-bulk' | 'mail' | 'alerts' | 'batches'
      }
      body: {
        /**
         * Kept in the audit.
         */
        reason: string
      }
    }
    answer: {
      queue: 'scans-interactive' | 'scans-scheduled' | 'scans-bulk' | 'mail' | 'alerts' | 'batches'
      isPaused: boolean
    }
  }
  'POST /v1/instance/queues/{queue}/resume': {
    input: {
      path: {
        queue: 'scans-interactive' | 'scans-scheduled' | 'scans-bulk' | 'mail' | 'alerts' | 'batches'
      }
      body: {
        /**
         * Kept in the audit.
         */
        reason: string
      }
    }
    answer: {
      queue: 'scans-interactive' | 'scans-scheduled' | 'scans-bulk' | 'mail' | 'alerts' | 'batches'
      isPaused: boolean
    }
  }
  'GET /v1/instance/workers': {
    input: {}
    answer: Workers
  }
  'POST /v1/instance/workers/{id}/drain': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Kept in the audit.
         */
        reason: string
      }
    }
    answer: null
  }
  'POST /v1/instance/workers/{id}/resume': {
    input: {
      path: {
        id: string
      }
      body: {
        /**
         * Kept in the audit.
         */
        reason: string
      }
    }
    answer: null
  }
  'GET /v1/instance/scans': {
    input: {
      query?: {
        status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
        reason?: string
        /**
         * A part of the name or address.
         */
        target?: string
        organisationId?: string
        /**
         * Who asked: a user by mail address, or a user, service account, key, session or schedule by id.
         */
        account?: string
        /**
         * A part of why a run failed or told nothing; without `since` within the last 24 hours.
         */
        error?: string
        /**
         * As `/v1/instance/failures` names it; without `since` of runs that ended within the last 24 hours.
         */
        cause?: string
        /**
         * With a run that failed or told nothing, and ended within so many hours; `cause`, `error` and `retry` look there.
         */
        failedHours?: number
        /**
         * Of scans with a run that failed or told nothing, without `since` within the last 24 hours, how the newest retry by an act stands: `none` without one, `waits` until it ends, `told` where it answered everything, `failed` where it did not.
         */
        retry?: 'none' | 'waits' | 'told' | 'failed'
        requestId?: string
        lane?: 'interactive' | 'scheduled' | 'bulk'
        /**
         * Asked for at this time or later.
         */
        since?: string
        /**
         * Asked for before this time.
         */
        until?: string
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
      }
    }
    answer: {
      scans: Job[]
      /**
       * All that match, counted up to 10000.
       */
      count: number
      /**
       * There may be more than `count`.
       */
      isCountCut: boolean
      /**
       * Null on the last page.
       */
      next: string | null
    }
  }
  'GET /v1/instance/failures': {
    input: {
      query?: {
        hours?: number
      }
    }
    answer: {
      failures: {
        cause: string
        scanner: string
        status: 'queued' | 'running' | 'completed' | 'inconclusive' | 'failed' | 'cancelled' | 'refused' | 'not-asked'
        reason: string | null
        /**
         * What the runs have in common; `{…}` stands for what differs.
         */
        words: string
        /**
         * Runs.
         */
        count: number
        scans: number
        /**
         * The scans, by how their newest retry by an act stands.
         */
        retries: {
          none: number
          waits: number
          told: number
          failed: number
        }
        organisations: number
        firstAt: string
        lastAt: string
        /**
         * The newest three scans.
         */
        latest: string[]
      }[]
      /**
       * More runs than the newest 50000 failed in that time.
       */
      isCut: boolean
    }
  }
  'GET /v1/instance/scans/{id}/life': {
    input: {
      path: {
        id: string
      }
    }
    answer: ScanLife
  }
  'GET /v1/instance/history': {
    input: {
      query?: {
        days?: number
        /**
         * By the hour for 31 days at most.
         */
        by?: 'day' | 'hour'
      }
    }
    answer: {
      counts: {
        /**
         * Its beginning.
         */
        at: string
        accepted: number
        completed: number
        failed: number
        cancelled: number
        refused: number
      }[]
    }
  }
  'POST /v1/instance/scans/preview': {
    input: {
      body: {
        act: 'retry' | 'cancel' | 'prioritise'
        filter: {
          status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
          reason?: string
          /**
           * A part of the name or address.
           */
          target?: string
          organisationId?: string
          /**
           * Who asked: a user by mail address, or a user, service account, key, session or schedule by id.
           */
          account?: string
          /**
           * A part of why a run failed or told nothing; without `since` within the last 24 hours.
           */
          error?: string
          /**
           * As `/v1/instance/failures` names it; without `since` of runs that ended within the last 24 hours.
           */
          cause?: string
          /**
           * With a run that failed or told nothing, and ended within so many hours; `cause`, `error` and `retry` look there.
           */
          failedHours?: number
          /**
           * Of scans with a run that failed or told nothing, without `since` within the last 24 hours, how the newest retry by an act stands: `none` without one, `waits` until it ends, `told` where it answered everything, `failed` where it did not.
           */
          retry?: 'none' | 'waits' | 'told' | 'failed'
          requestId?: string
          lane?: 'interactive' | 'scheduled' | 'bulk'
          /**
           * Asked for at this time or later.
           */
          since?: string
          /**
           * Asked for before this time.
           */
          until?: string
          /**
           * @minItems 1
           * @maxItems 500
           */
          ids?: string[]
        }
        /**
         * Retries also what was retried by an act before.
         */
        again?: boolean
        /**
         * `next` of the part before.
         */
        after?: string
      }
    }
    answer: {
      /**
       * Counted up to 10000.
       */
      count: number
      /**
       * As many are acted on by one call; a greater act takes several, each with `next` of the one before.
       */
      atMost: number
      sample: Job[]
    }
  }
  'POST /v1/instance/scans/acts': {
    input: {
      body: {
        act: 'retry' | 'cancel' | 'prioritise'
        filter: {
          status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
          reason?: string
          /**
           * A part of the name or address.
           */
          target?: string
          organisationId?: string
          /**
           * Who asked: a user by mail address, or a user, service account, key, session or schedule by id.
           */
          account?: string
          /**
           * A part of why a run failed or told nothing; without `since` within the last 24 hours.
           */
          error?: string
          /**
           * As `/v1/instance/failures` names it; without `since` of runs that ended within the last 24 hours.
           */
          cause?: string
          /**
           * With a run that failed or told nothing, and ended within so many hours; `cause`, `error` and `retry` look there.
           */
          failedHours?: number
          /**
           * Of scans with a run that failed or told nothing, without `since` within the last 24 hours, how the newest retry by an act stands: `none` without one, `waits` until it ends, `told` where it answered everything, `failed` where it did not.
           */
          retry?: 'none' | 'waits' | 'told' | 'failed'
          requestId?: string
          lane?: 'interactive' | 'scheduled' | 'bulk'
          /**
           * Asked for at this time or later.
           */
          since?: string
          /**
           * Asked for before this time.
           */
          until?: string
          /**
           * @minItems 1
           * @maxItems 500
           */
          ids?: string[]
        }
        /**
         * Retries also what was retried by an act before.
         */
        again?: boolean
        /**
         * `next` of the part before.
         */
        after?: string
        /**
         * `count` of the preview.
         */
        expectedCount: number
        /**
         * Kept in the audit.
         */
        reason: string
      }
    }
    answer: {
      id: string
      act: 'retry' | 'cancel' | 'prioritise'
      done: number
      /**
       * Those that could not be acted on, by why: the code of the refusal.
       */
      skipped: {
        [k: string]: number
      }
      /**
       * Null where none are left.
       */
      next: string | null
    }
  }
  'GET /v1/instance/mails': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        status?: 'waiting' | 'sent' | 'dropped'
      }
    }
    answer: {
      mails: {
        id: string
        reason: string | null
        tries: number
        tryAfter: string
        createdAt: string
        endedAt: string | null
        kind: string
        recipient: string
        status: 'waiting' | 'sent' | 'dropped'
      }[]
      /**
       * Null on the last page.
       */
      next: string | null
    }
  }
  'GET /v1/instance/deliveries': {
    input: {
      query?: {
        limit?: number
        /**
         * `next` of the page before.
         */
        cursor?: string
        status?: 'waiting' | 'delivered' | 'given-up'
      }
    }
    answer: {
      deliveries: {
        id: string
        reason: string | null
        tries: number
        tryAfter: string
        createdAt: string
        endedAt: string | null
        webhookId: string
        organisationId: string
        organisation: string
        host: string
        type:
          | 'scan.completed'
          | 'scan.failed'
          | 'scan.cancelled'
          | 'scan.refused'
          | 'batch.completed'
          | 'batch.cancelled'
          | 'alert'
          | 'webhook.test'
        status: 'waiting' | 'delivered' | 'given-up'
      }[]
      /**
       * Null on the last page.
       */
      next: string | null
    }
  }
  'GET /v1/outward': {
    input: {}
    answer: OutwardSwitch
  }
  'PUT /v1/outward': {
    input: {
      body: {
        isOff: boolean
        reason?: string
      }
    }
    answer: null
  }
  'POST /v1/instance/signing-key': {
    input: {}
    answer: null
  }
  'GET /v1/instance/contacts': {
    input: {
      query: {
        address: string
        limit?: number
      }
    }
    answer: {
      contacts: {
        runId: string
        scanId: string
        organisation: string
        requestedBy: string | null
        scanner: string
        tier: 'passive' | 'active' | null
        basis: 'operator' | 'proved' | 'attested' | 'passive' | null
        proof: string | null
        sentence: string | null
        firstAt: string
        lastAt: string
        connections: number
      }[]
    }
  }
  'GET /v1/instance/do-not-scan': {
    input: {}
    answer: {
      entries: {
        id: string
        kind: 'name' | 'range'
        value: string
        reason: string
        source: 'admin' | 'opt-out'
        status: 'waiting' | 'holds' | 'fails' | 'unknown'
        createdAt: string
      }[]
    }
  }
  'POST /v1/instance/do-not-scan': {
    input: {
      body: {
        host: string
        reason?: string
      }
    }
    answer: {
      id: string
    }
  }
  'DELETE /v1/instance/do-not-scan/{id}': {
    input: {
      path: {
        id: string
      }
    }
    answer: null
  }
  'GET /healthz': {
    input: {}
    answer: {
      status: 'alive'
    }
  }
  'GET /readyz': {
    input: {}
    answer: {
      status: 'ready'
    }
  }
}
export interface AcceptedScan {
  id: string
  status: ScanStatus
  deadline: string
  /**
   * False where `maxAge` was met by a scan that was already open, or an earlier try of this request made the scan.
   */
  isNew: boolean
  links: {
    self: string
  }
}
export interface ScanSummary {
  id: string
  status: ScanStatus
  /**
   * Why it ended so; null for `completed` and while it is open.
   */
  reason: string | null
  target: {
    canonical: string
    display: string
    kind: 'name' | 'address' | 'record-name'
  }
  /**
   * How often a worker has taken it.
   */
  attempt: number
  resultCount: number
  /**
   * Rises with every change.
   */
  version: number
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /**
   * When somebody wanted it to end; it is `cancelled` once its sockets are closed.
   */
  cancelAskedAt: string | null
  /**
   * A window in which it rests was opened: it goes on after this time, where that lies ahead.
   */
  pausedUntil: string | null
  /**
   * The scan will have ended by then. A pause puts it off by its length, and nothing else does.
   */
  deadline: string
  rerunOf: string | null
  links: {
    self: string
  }
}
export interface ScanCounts {
  total: number
  status: {
    value: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
    scans: number
  }[]
}
export interface Run {
  scanner: string
  scannerVersion: number
  title: string
  status: 'queued' | 'running' | 'completed' | 'inconclusive' | 'failed' | 'cancelled' | 'refused' | 'not-asked'
  reason: string | null
  detail: string | null
  options: {
    [k: string]: unknown
  }
  progress: {
    done: number
    total: number
    isWaiting?: boolean
  } | null
  coverage: {
    unit: string
    asked: number
    answered: number
    silent: number
    /**
     * @maxItems 256
     */
    unanswered: {
      what: string
      reason: string
    }[]
    /**
     * @maxItems 256
     */
    leftOut: {
      what: string
      reason: string
    }[]
  } | null
  /**
   * Its JSON Schema stands in `/v1/scanners`.
   */
  result: {
    [k: string]: unknown
  } | null
  /**
   * The scan that really asked, and how old its answer was when this scan took it over.
   */
  fromCache: {
    scanId: string
    ageSeconds: number
  } | null
  /**
   * `passive`: a visit as anybody makes it; `active`: what only an owner may ask for.
   */
  tier: 'passive' | 'active' | null
  /**
   * By what right it was touched, and what is missing. Stated is never shown as proved.
   */
  authority: {
    basis: 'operator' | 'proved' | 'attested' | 'passive'
    proof: {
      kind: 'dns-txt' | 'http-file' | 'ptr'
      name: string | null
    } | null
    sentence: string | null
    /**
     * @maxItems 64
     */
    addresses: {
      address: string
      basis: 'operator' | 'proved' | 'attested' | 'passive'
      proof: 'dns-txt' | 'http-file' | 'ptr' | null
    }[]
    /**
     * @maxItems 64
     */
    missing: {
      what: string
      how: string
    }[]
  } | null
  startedAt: string | null
  finishedAt: string | null
}
export interface ScanFinding {
  rule: string
  scanner: string
  title: string
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  subject: string
  address: string | null
  verdict: 'present' | 'unknown'
  /**
   * Why it could not be told.
   */
  reason: string | null
  evidence: {
    [k: string]: unknown
  } | null
  remedy: string
  reference: string
}
export interface BatchSummary {
  id: string
  name: string
  purpose: 'scans' | 'targets'
  /**
   * `reading`, then `previewed` (a dry run: it waits to be started) or `running`; the last three are final.
   */
  status: 'receiving' | 'reading' | 'previewed' | 'running' | 'completed' | 'failed' | 'cancelled'
  reason: string | null
  detail: string | null
  /**
   * Columns of the upload that mean nothing here.
   */
  ignoredColumns: string[]
  version: number
  createdAt: string
  finishedAt: string | null
  cancelAskedAt: string | null
  links: {
    self: string
    rows: string
    results: string
    start: string
    cancel: string
  }
}
export interface BatchRow {
  /**
   * Line of the upload.
   */
  row: number
  /**
   * As it was sent; the first 300 characters.
   */
  given: string
  target: {
    canonical: string
    display: string
    kind: 'name' | 'address' | 'record-name'
  } | null
  /**
   * When it was read, nobody here had asked for this host before.
   */
  isNewTarget: boolean
  /**
   * `bad` and `duplicate` rows are never scanned; `waiting` has no scan yet; `open` and all others are how its scan stands.
   */
  status: 'bad' | 'duplicate' | 'waiting' | 'open' | 'completed' | 'failed' | 'cancelled' | 'refused'
  reason: string | null
  /**
   * The reason in words.
   */
  detail: string | null
  scan: {
    id: string
    links: {
      self: string
    }
  } | null
}
export interface Target {
  id: string
  kind: 'name' | 'address' | 'record-name'
  canonical: string
  display: string
  name: string
  tags: string[]
  ownerContact: string
  note: string
  /**
   * What its owner allows once it is proved; null for the usual 1,000/s and 256 open.
   */
  pace: {
    connectionsPerSecond: number
    openConnections: number
  } | null
  /**
   * From which severity on people are told of it, whatever routes say; null for what each says.
   */
  leastSeverity: 'info' | 'low' | 'medium' | 'high' | 'critical' | null
  isArchived: boolean
  /**
   * Since when its findings are kept; null where nobody watches it.
   */
  watchedSince: string | null
  createdAt: string
}
export interface TargetCounts {
  total: number
  proof: {
    value: 'proved' | 'attested' | 'lapsed' | 'none'
    targets: number
  }[]
  untold: {
    value: 'true' | 'false'
    targets: number
  }[]
}
export interface ErasureReceipt {
  id: string
  targetId: string
  at: string
  by: {
    kind: string
    id: string
  }
  erased: {
    scans: number
    findings: number
    changes: number
    messages: number
    alerts: number
    proofs: number
    batchRows: number
  }
  /**
   * SHA-256, in hex, of `portlight-erased-v1`, this id and the host in its canonical spelling, each on a line of its own: whoever knows the host can show what was erased.
   */
  digest: string
}
export interface ProofOfOwnership {
  id: string
  kind: 'dns-txt' | 'http-file' | 'ptr'
  token: string
  coversSubdomains: boolean
  /**
   * What to publish, and where.
   */
  publish: string
  /**
   * `unknown`: the last check could not tell, which is neither.
   */
  status: 'waiting' | 'holds' | 'fails' | 'unknown'
  reason: string | null
  checkedAt: string | null
  heldAt: string | null
  createdAt: string
  links: {
    self: string
    check: string
  }
}
export interface SignedIn {
  status: 'signed-in'
  sessionExpiresAt: string
  accessToken?: string
  tokenType?: 'Bearer'
  /**
   * Seconds.
   */
  expiresIn?: number
  refreshToken?: string
  /**
   * Send it as `device` at the next sign-in: it needs no second factor then.
   */
  deviceToken?: string
}
export interface Challenge {
  /**
   * Send it back with the code. It is good for ten minutes.
   */
  challenge: string
}
export interface FactorNeeded {
  status: 'factor-needed'
  challenge: string
  /**
   * One of these has to be shown.
   */
  factors: ('mailed-code' | 'totp' | 'recovery-code' | 'passkey')[]
}
/**
 * PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.1).
 */
export interface PasskeyRequestOptions {
  [k: string]: unknown
}
export interface Me {
  principal: {
    kind: 'user' | 'service-account'
    id: string
    email: string | null
    name: string | null
    /**
     * In which Portlight speaks to them; null for the browser’s, and for who is no person.
     */
    language: 'en' | 'de' | null
  }
  instanceRole: 'instance-admin' | 'instance-viewer' | null
  organisation: {
    id: string
    name: string
    role: 'owner' | 'admin' | 'operator' | 'viewer'
  }
  /**
   * Those a session may switch to.
   */
  organisations: {
    id: string
    name: string
    role: 'owner' | 'admin' | 'operator' | 'viewer'
  }[]
  credential: {
    kind: 'api-key' | 'session'
    id: string
    /**
     * Null: all that the role may.
     */
    scopes: string[] | null
    /**
     * Null: all targets.
     */
    targetTags: string[] | null
    /**
     * Whether a step-up holds; null for a key.
     */
    isFresh: boolean | null
  }
  /**
   * What this credential may do now.
   */
  permissions: string[]
  /**
   * What it may beside, once a second factor is shown.
   */
  behindStepUp: string[]
  limits: {
    writesPerMinute: number
  }
}
export interface Session {
  id: string
  name: string
  /**
   * From where it was begun.
   */
  address: string | null
  isCurrent: boolean
  isRemembered: boolean
  createdAt: string
  lastRefreshedAt: string
  expiresAt: string
}
export interface Device {
  id: string
  label: string
  createdAt: string
  lastSeenAt: string
}
export interface ApiKey {
  id: string
  name: string
  /**
   * How the key begins.
   */
  hint: string
  scopes: string[] | null
  targetTags: string[] | null
  sourceRanges: string[] | null
  expiresAt: string | null
  lastUsedAt: string | null
  createdAt: string
  owner: {
    kind: 'user' | 'service-account'
    id: string
    name: string
  }
}
export interface ServiceAccount {
  id: string
  name: string
  role: 'admin' | 'operator' | 'viewer'
  createdAt: string
  disabledAt: string | null
}
export interface Webhook {
  id: string
  name: string
  /**
   * Of a chat only its beginning: the rest is a secret.
   */
  url: string
  events: (
    'scan.completed' | 'scan.failed' | 'scan.cancelled' | 'scan.refused' | 'batch.completed' | 'batch.cancelled'
  )[]
  format: 'standard' | 'slack' | 'json'
  isDisabled: boolean
  /**
   * `by-hand`, or why the last try failed of a day in which all did.
   */
  disabledReason: string | null
  /**
   * Every try since then has failed.
   */
  failingSince: string | null
  createdAt: string
}
export interface WebhookKeys {
  /**
   * `whsec_…`: checks the signature `v1` (HMAC-SHA256). Shown once.
   */
  secret: string
  /**
   * `whpk_…`: checks the signature `v1a` (Ed25519).
   */
  publicKey: string
  publicKeyPem: string
}
export interface Delivery {
  id: string
  /**
   * `webhook-id` of every try.
   */
  eventId: string
  event:
    | 'scan.completed'
    | 'scan.failed'
    | 'scan.cancelled'
    | 'scan.refused'
    | 'batch.completed'
    | 'batch.cancelled'
    | 'alert'
    | 'webhook.test'
  scanId: string | null
  batchId: string | null
  /**
   * Of an `alert`.
   */
  bundleId: string | null
  status: 'waiting' | 'delivered' | 'given-up'
  /**
   * Why the last try failed.
   */
  reason: string | null
  tries: number
  nextTryAt: string | null
  createdAt: string
  endedAt: string | null
}
export interface Overview {
  /**
   * When this member last looked; null for never, or for a key: the last thirty days count then.
   */
  since: string | null
  /**
   * Findings to which that happened since.
   */
  changes: {
    kind: 'opened' | 'regressed' | 'fixed'
    findings: number
    worst: 'info' | 'low' | 'medium' | 'high' | 'critical'
  }[]
  /**
   * Neither fixed nor decided, the worst first.
   */
  open: {
    severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
    findings: number
    notRetested: number
  }[]
  /**
   * What the last run of each scanner at each watched target could not tell, by cause, the most first. A run that told nothing at all is one check. `since`: when the first of these targets began not to tell it.
   */
  untold: {
    scanner: string
    reason: string
    checks: number
    targets: number
    since: string
  }[]
  /**
   * Each target once; `ofChecks` are all that these runs made, told or not.
   */
  untoldInAll: {
    checks: number
    ofChecks: number
    targets: number
    since: string | null
  }
  /**
   * `lapsed`: proved once, and not at the last look. The four add up to `watched`.
   */
  targets: {
    watched: number
    proved: number
    attested: number
    lapsed: number
    none: number
  }
  scans: {
    waiting: number
    running: number
  }
  /**
   * While it is off no packet leaves for any target.
   */
  outward: {
    isOff: boolean
    reason: string
    movedAt: string | null
  }
  /**
   * What does not answer now; what is about these targets stands as it was last seen.
   */
  outages: {
    cause: 'host' | 'resolver' | 'registry' | 'network'
    target: {
      id: string
      display: string
    } | null
    /**
     * Of a registry: its top-level domain.
     */
    zone: string | null
    targets: number
    since: string
  }[]
}
export interface Day {
  day: string
  /**
   * For the first time or again.
   */
  opened: number
  fixed: number
  /**
   * Not fixed that evening, whatever was decided.
   */
  open: number
}
export interface Found {
  targets:
    | {
        id: string
        canonical: string
        display: string
        name: string
      }[]
    | null
  /**
   * Those that are open, the most urgent first.
   */
  findings:
    | {
        id: string
        rule: string
        title: string
        severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
        state: 'open' | 'fixed' | 'regressed'
        subject: string
        target: {
          id: string
          display: string
        }
      }[]
    | null
  /**
   * Whose id begins so, from eight digits on.
   */
  scans:
    | {
        id: string
        status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
        createdAt: string
        target: {
          display: string
        }
      }[]
    | null
}
export interface Expiry {
  target: {
    id: string
    canonical: string
    display: string
  }
  subject: string
  expiresAt: string
  beganAt: string | null
  /**
   * As whoever issued it writes it.
   */
  issuer: string | null
  seenAt: string
  /**
   * How many days before its end it is worth a word.
   */
  soonDays: number
  /**
   * A later run could not tell it: it stands as it was seen.
   */
  isNotRetested: boolean
}
export interface Certificate {
  target: {
    id: string
    canonical: string
    display: string
  }
  /**
   * The port, and the name that was asked for where it is another.
   */
  subject: string
  address: string
  /**
   * SHA-256 over the certificate.
   */
  fingerprint: string
  /**
   * As whoever issued it writes it; so are issuer and names.
   */
  holder: string
  issuer: string
  serialNumber: string
  /**
   * The first twenty.
   */
  names: string[]
  nameCount: number
  notBefore: string
  notAfter: string
  key: {
    type: string
    bits: number | null
    curve: string | null
  }
  /**
   * Whether it is good for the name asked for; null where that could not be told.
   */
  nameMatches: boolean | null
  trustProblem: string | null
  /**
   * `overdue`: in its last quarter, or its last 30 days, by when what renews itself has done so.
   */
  renewal: 'in-time' | 'overdue' | 'ended'
  /**
   * One that ends later is shown at the same port already.
   */
  hasSuccessor: boolean
  seenAt: string
  scanId: string
  /**
   * The last run did not ask there, or got no answer: it stands as it was seen at `seenAt`.
   */
  isNotRetested: boolean
}
export interface CertificateCounts {
  certificates: number
  /**
   * Ports of targets.
   */
  places: number
  /**
   * Without a successor at the same port, as `overdue` is.
   */
  ended: number
  overdue: number
  notRetested: number
}
export interface Finding {
  id: string
  /**
   * Stays the same wherever this is found again; see the README.
   */
  fingerprint: string
  rule: string
  scanner: string
  title: string
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  /**
   * Before your own, where you set one.
   */
  ruleSeverity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  severityReason: string | null
  remedy: string
  reference: string
  target: {
    id: string
    canonical: string
    display: string
  }
  subject: string
  /**
   * Where it was last seen.
   */
  addresses: string[]
  state: 'open' | 'fixed' | 'regressed'
  /**
   * `not-retested`: the last scan could not tell, or did not ask; it stands as it was seen at `lastConfirmedAt`.
   */
  retest: 'confirmed' | 'not-retested' | 'fixed'
  decision: 'none' | 'accepted' | 'false-positive'
  decidedUntil: string | null
  decidedReason: string | null
  decidedAt: string | null
  decidedBy: {
    kind: string
    id: string
  } | null
  openedAt: string
  changedAt: string
  lastConfirmedAt: string | null
  /**
   * When something was last told about it.
   */
  lastAskedAt: string
  lastScanId: string | null
  evidence: {
    [k: string]: unknown
  } | null
}
export interface FindingCounts {
  total: number
  state: {
    value: 'open' | 'fixed' | 'regressed'
    findings: number
  }[]
  severity: {
    value: 'info' | 'low' | 'medium' | 'high' | 'critical'
    findings: number
  }[]
  decision: {
    value: 'none' | 'accepted' | 'false-positive'
    findings: number
  }[]
  scanner: {
    value: string
    findings: number
  }[]
  retested: {
    value: 'true' | 'false'
    findings: number
  }[]
}
export interface Remedy {
  scanner: string
  rule: string
  title: string
  remedy: string
  reference: string
  /**
   * The worst that it has at any target, your own ones counted.
   */
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  /**
   * Targets at which it has that severity.
   */
  worstTargets: number
  findings: number
  targets: number
  regressed: number
  notRetested: number
  oldestOpenedAt: string
  why: {
    code: 'severity' | 'many-targets' | 'regressed' | 'open-long' | 'not-retested'
    sentence: string
  }[]
  links: {
    findings: string
  }
}
export interface FindingChange {
  at: string
  kind:
    | 'opened'
    | 'fixed'
    | 'regressed'
    | 'recalibrated'
    | 'confirmed'
    | 'accepted'
    | 'false-positive'
    | 'reopened'
    | 'severity'
  /**
   * Whether people are told of it.
   */
  isTold: boolean
  scanId: string | null
  /**
   * Null where a scan did it, or a date that came.
   */
  by: {
    kind: string
    id: string
  } | null
  detail: {
    [k: string]: unknown
  } | null
}
export interface Diff {
  before: {
    id: string
    createdAt: string
  }
  after: {
    id: string
    createdAt: string
  }
  target: {
    canonical: string
    display: string
  }
  findings: {
    /**
     * `gone`: asked again at every address and answered well. `first-told`: nobody could tell before. `not-retested`: there before, and not told now.
     */
    kind: 'appeared' | 'gone' | 'still' | 'not-retested' | 'first-told'
    rule: string
    title: string
    severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
    subject: string
    addresses: string[]
  }[]
  facts: {
    scanner: string
    kind: string
    subject: string
    before: string | null
    after: string | null
    /**
     * What the sentence says beside these, for other languages.
     */
    data?: {
      [k: string]: string
    }
    sentence: string
  }[]
  notCompared: {
    scanner: string
    reason: string
  }[]
  /**
   * In words, one sentence each.
   */
  summary: string[]
}
export interface Message {
  id: string
  /**
   * Its place in the discussion; later ones are higher.
   */
  number: number
  author: {
    kind: 'user' | 'service-account'
    id: string
    /**
     * Null for somebody who is gone.
     */
    name: string | null
  }
  /**
   * As it was written: plain text, and never markup. Empty where it was withdrawn.
   */
  text: string
  mentions: string[]
  writtenAt: string
  editedAt: string | null
  withdrawnAt: string | null
}
export interface TimelineEntry {
  at: string
  kind:
    | 'opened'
    | 'fixed'
    | 'regressed'
    | 'recalibrated'
    | 'confirmed'
    | 'accepted'
    | 'false-positive'
    | 'reopened'
    | 'severity'
  /**
   * Whether people are told of it.
   */
  isTold: boolean
  scanId: string | null
  /**
   * Null where a scan did it, or a date that came.
   */
  by: {
    kind: string
    id: string
  } | null
  detail: {
    [k: string]: unknown
  } | null
  findingId: string
  rule: string
  title: string
  subject: string
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
}
export interface PortsOverTime {
  /**
   * The last runs of the ports, the earliest first.
   */
  runs: {
    scanId: string
    at: string
    status: 'queued' | 'running' | 'completed' | 'inconclusive' | 'failed' | 'cancelled' | 'refused' | 'not-asked'
  }[]
  lanes: {
    subject: string
    /**
     * What seems to listen; a guess.
     */
    note: string | null
    /**
     * One for each run. `closed` only where every address refused; silence is `untold`.
     */
    states: ('open' | 'closed' | 'untold' | 'not-asked')[]
    /**
     * The same at each address, the first sixteen: in which state from which run to which, as places in `runs`. Between two that differ nobody asked.
     */
    at: {
      address: string
      spans: {
        state: 'open' | 'closed' | 'untold' | 'not-asked'
        from: number
        to: number
      }[]
    }[]
  }[]
  /**
   * Ports that were open too, and are left out here.
   */
  more: number
}
export interface Alert {
  id: string
  at: string
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  target: {
    id: string
    canonical: string
    display: string
  }
  /**
   * Null where a date came, and no scan.
   */
  scanId: string | null
  changes: {
    /**
     * Null for a reminder of what ends soon, and for what does not answer.
     */
    findingId: string | null
    /**
     * In a word: `New`, `Back again`, `Fixed`, `No longer accepted`, `Ends soon`, `Silent`, `Answers again`.
     */
    news: string
    kind:
      | 'opened'
      | 'fixed'
      | 'regressed'
      | 'recalibrated'
      | 'confirmed'
      | 'accepted'
      | 'false-positive'
      | 'reopened'
      | 'severity'
      | 'expires'
      | 'silent'
      | 'answers-again'
      | 'spared'
    state: 'open' | 'fixed' | 'regressed'
    rule: string
    scanner: string
    title: string
    severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
    remedy: string
    reference: string
    subject: string
    addresses: string[]
    evidence: {
      [k: string]: unknown
    } | null
    /**
     * `address-gone`: fixed because the name no longer leads to the address.
     */
    reason: 'address-gone' | null
  }[]
  /**
   * Who was told, or will be.
   */
  messages: {
    webhookId: string | null
    userId: string | null
    /**
     * `waiting` for its hour, or as the delivery or the mail stands.
     */
    status: string
    reason: string | null
    sendAfter: string
  }[]
}
export interface AlertRoute {
  id: string
  name: string
  targets: {
    ids: string[] | null
    tags: string[] | null
  }
  leastSeverity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  webhookIds: string[]
  userIds: string[]
  toOwners: boolean
  toTargetOwner: boolean
  digestCron: string | null
  quietHours: {
    from: string
    to: string
  } | null
  zone: string
  isDisabled: boolean
  createdAt: string
}
export interface SignedRecord {
  payloadType: string
  payload: string
  /**
   * @minItems 1
   */
  signatures: {
    keyid: string
    sig: string
  }[]
  publicKey: string
}
export interface Share {
  id: string
  name: string
  target: string
  targetId: string | null
  scanId: string | null
  hasPassword: boolean
  hidesEvidence: boolean
  hasBadge: boolean
  language: 'en' | 'de'
  expiresAt: string
  revokedAt: string | null
  views: number
  createdAt: string
}
export interface Schedule {
  id: string
  name: string
  cron: string | null
  everySeconds: number | null
  zone: string
  /**
   * With neither every target of the organisation.
   */
  targets: {
    ids: string[] | null
    tags: string[] | null
  }
  /**
   * Null for all, with their defaults.
   */
  scanners: {
    [k: string]: unknown
  } | null
  overlap: 'skip' | 'queue'
  catchUp: 'once' | 'none'
  spreadSeconds: number
  isPaused: boolean
  pausedReason: string | null
  nextRuns: NextRun[]
  lastRun: LastRun
  createdAt: string
}
export interface NextRun {
  at: string
  /**
   * As clocks in the zone show it.
   */
  local: string
  /**
   * The window for all targets that is open then; nothing will begin.
   */
  blackout: string | null
}
export interface Tick {
  dueAt: string
  local: string
  status: 'waiting' | 'running' | 'ended' | 'missed'
  /**
   * Why it did not run.
   */
  reason: string | null
  detail: string | null
  endedAt: string | null
  /**
   * The first hundred.
   */
  scans: {
    targetId: string
    target: string
    /**
     * Of the scan; `waiting` before there is one, `missed` where there is none.
     */
    status: string
    reason: string | null
    detail: string | null
    scanId: string | null
  }[]
}
export interface Blackout {
  id: string
  name: string
  note: string
  /**
   * Null for every target of the organisation.
   */
  targetId: string | null
  running: 'finish' | 'pause'
  startsAt: string | null
  endsAt: string | null
  cron: string | null
  zone: string | null
  minutes: number | null
  isOpen: boolean
  createdAt: string
}
export interface Organisation {
  id: string
  name: string
  /**
   * Scans and batches that ended longer ago are deleted; findings and their history stay. Null for what the instance keeps (`KEEP_SCANS_DAYS`), which holds too where it is less.
   */
  keepScansDays: number | null
  createdAt: string
}
export interface AuditEntry {
  id: string
  at: string
  actor: {
    kind: string
    id: string | null
  }
  action: string
  outcome: 'done' | 'refused'
  subject: {
    kind: string
    id: string
  } | null
  facts: {
    [k: string]: string | number | boolean | null
  }
  requestId: string | null
}
export interface Instance {
  version: string
  publicUrl: string
  signUp: 'open' | 'closed'
  /**
   * `page`: nothing is sent, and mail is shown on a page of this machine.
   */
  mail: 'smtp' | 'page' | 'none'
  signInProvider: string | null
  /**
   * Whether an admin may attest a target in place of a proof.
   */
  attestation: boolean
  /**
   * What whoever was scanned is given to write to.
   */
  abuseContact: string | null
  writesPerMinute: number
}
export interface InstanceUser {
  id: string
  email: string
  name: string
  instanceRole: 'instance-admin' | 'instance-viewer' | null
  state: 'active' | 'disabled' | 'deleted'
  openSessions: number
  createdAt: string
}
export interface AuditVerdict {
  sealed: number
  notSealedYet: number
  /**
   * Personal values that were erased, and cannot be checked.
   */
  erased: number
  brokenAt: {
    serial: string
    entryId: string
  } | null
  /**
   * Written down, it tells later that nothing was cut off behind it.
   */
  head: string
}
export interface Queues {
  /**
   * What rings; every number here is from Postgres.
   */
  backend: 'postgres' | 'redis'
  queues: {
    queue: 'scans-interactive' | 'scans-scheduled' | 'scans-bulk' | 'mail' | 'alerts' | 'batches'
    waiting: number
    oldestSeconds: number
    /**
     * What ended, over the last five minutes.
     */
    perMinute: number
    /**
     * What ended, by five minutes, the oldest first.
     */
    lastHour: number[]
    /**
     * Of what ended within the hour; null where nothing did.
     */
    failedShare: number | null
    pause: {
      reason: string
      pausedAt: string
      /**
       * Who paused it, by name; null for somebody who is gone.
       */
      by: string | null
    } | null
  }[]
  /**
   * Scans that nobody has begun.
   */
  lanes: {
    count: number
    oldestSeconds: number
    lane: 'interactive' | 'scheduled' | 'bulk'
  }[]
  running: number
  silentWorkers: number
  /**
   * Held by workers that are not heard of, and not taken up yet.
   */
  expiredLeases: number
  /**
   * How long ago the last scan ended.
   */
  lastEndedSeconds: number | null
  mails: {
    count: number
    oldestSeconds: number
  }
  webhookDeliveries: {
    count: number
    oldestSeconds: number
  }
  /**
   * Runs of schedules that were owed in the last day and did not happen.
   */
  missedTicks: {
    reason: string
    count: number
  }[]
  outward: {
    isOff: boolean
    reason: string
  }
  /**
   * What waits longer is called stuck.
   */
  waitingAtMost: {
    scanSeconds: number
    mailSeconds: number
    deliverySeconds: number
  }
  /**
   * What does not go on by itself, and what to do; empty where nothing is stuck.
   */
  stuck: {
    code: string
    sentence: string
    action: string
  }[]
}
export interface Workers {
  workers: {
    id: string
    host: string
    pid: number
    version: string
    queue: 'postgres' | 'redis'
    concurrency: number
    memoryBytes: number
    startedAt: string
    /**
     * How long ago it was last heard of.
     */
    seenSeconds: number
    /**
     * Not heard of for ten seconds: what it does could not be told.
     */
    isSilent: boolean
    drain: {
      askedAt: string
      reason: string
      /**
       * Who asked, by name; null for somebody who is gone.
       */
      by: string | null
      /**
       * The worker says itself that it takes no more work.
       */
      isHeard: boolean
    } | null
    /**
     * It was told to stop by its own machine.
     */
    isStopping: boolean
    /**
     * What it holds now.
     */
    scans: {
      id: string
      organisationId: string
      organisation: string
      target: string
      lane: 'interactive' | 'scheduled' | 'bulk'
      /**
       * More than 1: it was taken over, or given back, before.
       */
      attempt: number
      startedAt: string
      /**
       * What is left of the lease; below 0 it has run out.
       */
      leaseSeconds: number
      /**
       * Those that have not ended.
       */
      scanners: string[]
    }[]
  }[]
}
export interface Job {
  id: string
  organisation: {
    id: string
    name: string
  }
  target: {
    canonical: string
    display: string
    kind: 'name' | 'address' | 'record-name'
  }
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'refused'
  reason: string | null
  lane: 'interactive' | 'scheduled' | 'bulk'
  attempt: number
  /**
   * Leases that ran out.
   */
  lapses: number
  /**
   * Who claimed it last.
   */
  workerId: string | null
  /**
   * The credential or schedule that asked.
   */
  requestedBy: string | null
  requestId: string | null
  rerunOf: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  deadline: string
  /**
   * Of runs that failed, were refused or told nothing.
   */
  errors: {
    scanner: string
    status: 'queued' | 'running' | 'completed' | 'inconclusive' | 'failed' | 'cancelled' | 'refused' | 'not-asked'
    reason: string | null
    detail: string | null
  }[]
}
export interface ScanLife {
  scan: Job
  askedBy: {
    kind: 'user' | 'service-account' | 'schedule' | 'unknown'
    id: string | null
    name: string | null
  }
  /**
   * All that a queue ever holds of it.
   */
  payload: {
    scanId: string
  }
  steps: {
    at: string
    kind: string
    attempt: number | null
    workerId: string | null
    /**
     * Host and process, while the worker is known.
     */
    worker: string | null
    scanner: string | null
    reason: string | null
    detail: string | null
    /**
     * The scan that a retry made.
     */
    madeId: string | null
  }[]
}
export interface OutwardSwitch {
  isOff: boolean
  reason: string
  movedAt: string | null
}
