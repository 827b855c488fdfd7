import { beginReset, completeReset } from '../accounts/reset.ts'
import { beginSignUp, completeSignUp } from '../accounts/sign-up.ts'
import type { Api, Deps } from '../app.ts'
import { assets } from './assets.ts'
import { codeForm } from './code-form.ts'
import { dashboard } from './dashboard.ts'
import { devMailPage } from './dev-mail.ts'
import { errorPages } from './errors.ts'
import { invitationPage, notMePage, restorePage } from './links.ts'
import { optOutPage } from './opt-out.ts'
import { probesPage } from './probes.ts'
import { providerPages } from './provider.ts'
import { queueBoard } from './queue-board.ts'
import { setUpPage } from './set-up.ts'
import { sharePage } from './share.ts'
import { factorPage, signInPage } from './sign-in.ts'

/** The dashboard, and the pages beside it: plain forms, which work without a script but for passkeys. */
export const pages: readonly ((app: Api, deps: Deps) => void)[] = [
  assets,
  errorPages,
  dashboard,
  setUpPage,
  signInPage,
  factorPage,
  providerPages,
  codeForm({
    path: '/sign-up',
    kind: 'signUp',
    asksName: true,
    begin: beginSignUp,
    complete: async (deps, answer, arrival) => ({
      status: 'signed-in',
      signedIn: await completeSignUp(deps, answer, arrival),
    }),
  }),
  codeForm({
    path: '/reset',
    kind: 'reset',
    asksName: false,
    begin: beginReset,
    complete: completeReset,
  }),
  notMePage,
  invitationPage,
  restorePage,
  devMailPage,
  optOutPage,
  probesPage,
  sharePage,
  queueBoard,
]
