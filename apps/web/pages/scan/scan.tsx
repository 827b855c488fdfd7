import './style.css'
import { useRoute } from 'preact-iso/router'
import { isOver, useScan } from '../../api/use-scan.ts'
import { Loading, Trouble } from '../../parts/answer.tsx'
import { Page } from '../../parts/page.tsx'
import { common } from '../../words/common.ts'
import { Done } from './done.tsx'
import { Running } from './running.tsx'

export default function ScanPage() {
  const { params } = useRoute()
  const { scan, error, hearing } = useScan(params['id'] ?? '')
  if (scan === undefined)
    return <Page title={common.scan}>{error === null ? <Loading /> : <Trouble error={error} />}</Page>
  return isOver(scan) ? <Done scan={scan} /> : <Running scan={scan} hearing={hearing} />
}
