/** How the chip of a list looks, by its status. */
export const batchChips = {
  receiving: 'queued',
  reading: 'running',
  previewed: 'waiting',
  running: 'running',
  completed: 'done',
  failed: 'failed',
  cancelled: 'stopped',
} as const
