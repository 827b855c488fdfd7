/** Which versions run, and in how many workers each; the most frequent first. */
export function versionsOf(
  workers: readonly { readonly version: string }[],
): { readonly version: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { version } of workers) counts.set(version, (counts.get(version) ?? 0) + 1)
  return [...counts].map(([version, count]) => ({ version, count })).toSorted((a, b) => b.count - a.count)
}
