/** How it is shown by what a target may be asked. */
export const proofChips = { proved: 'ok', attested: 'accepted', lapsed: 'attention', none: 'attention' } as const
