import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Loading, Trouble } from './answer.tsx'

/** A part of a page that comes when it is looked at, because most readers do without it. */
export const later = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  function Later(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(null)
    const [error, setError] = useState<Error | null>(null)
    useEffect(() => void load().then((part) => setPart(() => part), setError), [])
    if (Part !== null) return <Part {...props} />
    return error === null ? <Loading /> : <Trouble error={error} />
  }
