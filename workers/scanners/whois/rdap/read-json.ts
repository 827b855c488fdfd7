/** Nothing that a registry sends nests deeper. */
const maxDepth = 32
const maxListed = 256

/** A JSON object from bytes that anybody may have sent; null for whatever else they are. */
export function readJson(body: Uint8Array): object | null {
  const text = Buffer.from(body).toString('utf8')
  if (depthOf(text) > maxDepth) return null
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}

export const objectOf = (value: unknown): object | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null

/** A member of an object; undefined where there is no such member or no object. */
export const memberOf = (value: unknown, name: string): unknown => {
  const object = objectOf(value)
  return object && Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, maxListed) : [])

export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null

/** How deep brackets nest, strings left out. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}
