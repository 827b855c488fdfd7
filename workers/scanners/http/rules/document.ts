import type { Observation } from '#db/model/finding.ts'
import { originOf } from '../location.ts'
import type { DocumentFact, HttpResult } from '../schema.ts'
import { type Answer, observe, Unknown } from './answer.ts'

/** A rule on the document that a visitor ends at; where none was reached, it is not known for https://HOST/. */
export const ofDocument =
  (judge: (document: DocumentFact) => Answer) =>
  ({ document, walks: { https } }: HttpResult): Observation[] => {
    if (document) return observe({ subject: originOf(document.url), address: document.address }, judge(document))
    const unreached = { subject: originOf(https.start), address: https.hops[0]?.address ?? null }
    return observe(unreached, new Unknown(`https-${https.outcome}`))
  }

/** As ofDocument, for what only a page can get wrong: of an image or a download it is not asked. */
export const ofPage = (judge: (document: DocumentFact) => Answer) =>
  ofDocument((document) => (document.isPage ? judge(document) : null))

export const pageNotRead = new Unknown('page-not-read-to-its-end')
