import './css/tokens.css'
import './css/base.css'
import './css/components.css'
import './css/lists.css'
import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { LocationProvider, Route, Router } from 'preact-iso/router'
import { MeProvider } from './api/me.ts'
import { useAnswer } from './api/use-answer.ts'
import { Loading, Trouble } from './parts/answer.tsx'
import { Empty, Page } from './parts/page.tsx'
import { pages } from './pages/index.ts'
import { pageAddress, type PageName, paths, pathTo } from './paths.ts'
import { Shell } from './shell/shell.tsx'
import { common } from './words/common.ts'
import { keepTo } from './words/language.ts'

const routes = Object.entries(pages).map(([name, load]) => ({ path: paths[name as PageName], component: lazy(load) }))

function App() {
  const me = useAnswer('GET /v1/me', {})
  useEffect(() => {
    if (me.data !== undefined) keepTo(me.data.principal.language)
  }, [me.data?.principal.language])
  if (me.data === undefined)
    return (
      <main class="starting">{me.error === null ? <Loading /> : <Trouble error={me.error} retry={me.reload} />}</main>
    )
  return (
    <MeProvider value={me.data}>
      {/* Links to anything else leave the page: documents, sign-in, downloads. */}
      <LocationProvider scope={pageAddress}>
        <Shell>
          <ErrorBoundary>
            <Router onRouteChange={toMain}>
              {routes.map(({ path, component }) => (
                <Route key={path} path={path} component={component} />
              ))}
              <Route default component={NoPage} />
            </Router>
          </ErrorBoundary>
        </Shell>
      </LocationProvider>
    </MeProvider>
  )
}

/** Whoever reads with the keyboard or by ear goes on where the new page begins. */
const toMain = () => document.getElementById('main')?.focus({ preventScroll: true })

const NoPage = () => (
  <Page title={common.noPage}>
    <Empty
      icon="search"
      title={common.notFound}
      action={
        <a class="button" href={pathTo('overview')}>
          {common.toOverview}
        </a>
      }
    />
  </Page>
)

document.body.replaceChildren()
render(<App />, document.body)
