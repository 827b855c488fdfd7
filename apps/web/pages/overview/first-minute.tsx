import { useLocation } from 'preact-iso/router'
import { Field, sent } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Page } from '../../parts/page.tsx'
import { pathTo } from '../../paths.ts'
import { overview as words } from '../../words/overview.ts'

/** Where nothing is yet: one field, and what happens next. */
export function FirstMinute() {
  const { route } = useLocation()
  return (
    <Page title={words.firstTitle} note={<span>{words.firstText}</span>}>
      <form
        class="form narrow"
        onSubmit={(event) => route(pathTo('newScan', {}, { target: String(sent(event)['target']).trim() }))}
      >
        <Field
          name="target"
          label={words.firstHost}
          hint={words.firstHint}
          required
          autoFocus
          autoCapitalize="none"
          spellcheck={false}
        />
        <div class="actions">
          <button class="button main" type="submit">
            {words.firstAct}
          </button>
          <a class="button bare" href={pathTo('batches', {}, { purpose: 'targets' })}>
            {words.firstMany}
          </a>
        </div>
      </form>
      <section class="section" aria-labelledby="then">
        <div class="section-head">
          <h2 id="then">{words.afterwards}</h2>
        </div>
        <ol class="then">
          {words.thenSteps.map(({ icon, title, text }) => (
            <li key={icon}>
              <Icon name={icon} />
              <div>
                <h3>{title}</h3>
                <p class="soft">{text}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
    </Page>
  )
}
