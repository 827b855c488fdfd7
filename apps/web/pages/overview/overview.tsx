import { Page } from '../../parts/page.tsx'
import { shell } from '../../words/shell.ts'

export default function Overview() {
  return <Page title={shell.pages.overview} />
}
