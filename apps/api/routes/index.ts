import type { Api, Deps } from '../app.ts'
import { loginByPasskey, passkeyOptions } from './accounts/passkey.ts'
import { refreshRoute } from './accounts/refresh.ts'
import { beginResetRoute, verifyReset } from './accounts/reset.ts'
import { setUpRoute } from './accounts/set-up.ts'
import { loginRoute, loginWithFactor } from './accounts/sign-in.ts'
import { beginSignUpRoute, verifySignUp } from './accounts/sign-up.ts'
import {
  cancelBatch,
  listBatchesRoute,
  listRowsRoute,
  readBatchRoute,
  startBatchRoute,
  streamResults,
} from './batches/batches.ts'
import { uploadBatch } from './batches/upload.ts'
import { exportAudit, verifyAuditRoute } from './audit/audit.ts'
import { listAuditEntries } from './audit/entries.ts'
import { healthz } from './health/healthz.ts'
import { readyz } from './health/readyz.ts'
import { addDoNotScan, listDoNotScan, removeDoNotScan } from './instance/do-not-scan.ts'
import { listContacts, moveOutwardRoute, readOutwardRoute } from './instance/outward.ts'
import { actOnScansRoute, previewAct } from './instance/acts.ts'
import { listAllDeliveriesRoute, listMailsRoute } from './instance/outboxes.ts'
import { listFailuresRoute, listJobsRoute, readLife } from './instance/scans.ts'
import { readHistory } from './instance/history.ts'
import { pauseQueueRoute } from './instance/pauses.ts'
import { readQueues } from './instance/queues.ts'
import { readInstance } from './instance/read.ts'
import { drainWorker, listWorkersRoute } from './instance/workers.ts'
import { rotateSigningKey } from './instance/signing-key.ts'
import { changeUser, endSessionsOfUser, listUsersRoute, resetFactorsOfUser, startReset } from './instance/users.ts'
import { createKeyRoute, listKeysRoute, revokeKeyRoute } from './keys/keys.ts'
import { changeServiceAccount, createServiceAccountRoute, listServiceAccountsRoute } from './keys/service-accounts.ts'
import {
  beginEmailChangeRoute,
  changeMe,
  changePasswordRoute,
  forgetDevice,
  listDevicesRoute,
  switchOrganisationRoute,
  verifyEmailChange,
} from './me/change.ts'
import {
  beginTotpRoute,
  confirmTotpRoute,
  createPasskeyRoute,
  passkeyCreationOptions,
  readFactorsRoute,
  removePasskeyRoute,
  removeTotpRoute,
  renamePasskeyRoute,
  renewRecoveryCodesRoute,
} from './me/factors.ts'
import { listIdentities, unlinkIdentityRoute } from './me/identities.ts'
import { deleteMe, exportMe, restoreMe } from './me/leave.ts'
import { readMe } from './me/read.ts'
import { beginStepUpRoute, verifyStepUp } from './me/step-up.ts'
import {
  acceptBySigningUp,
  acceptInvitation,
  changeMember,
  createOrganisation,
  inviteMember,
  leaveOrganisation,
  listInvitationsRoute,
  listMembersRoute,
  removeMemberRoute,
  withdrawInvitation,
} from './members/members.ts'
import { changeOrganisationRoute, readOrganisation } from './members/organisation.ts'
import { countCertificatesRoute, listCertificatesRoute } from './overview/certificates.ts'
import { listExpiriesRoute } from './overview/expiries.ts'
import { lookRoute, readOverview } from './overview/overview.ts'
import { searchRoute } from './overview/search.ts'
import { readTrends } from './overview/trends.ts'
import { listScanners } from './scanners/list.ts'
import { countScansRoute } from './scans/counts.ts'
import { listScans } from './scans/list.ts'
import { cancelScan } from './scans/cancel.ts'
import { rerunScan } from './scans/rerun.ts'
import { readScan } from './scans/read.ts'
import { makeStreamTicket, streamScanRoute } from './scans/stream.ts'
import { submitScan } from './scans/submit.ts'
import { endAllSessions, endSession, listSessionsRoute, logoutRoute, renameSessionRoute } from './sessions/sessions.ts'

import {
  attestTarget,
  beginProofRoute,
  checkProofRoute,
  listProofs,
  readProofRoute,
  revokeAttestationRoute,
  withdrawProofRoute,
} from './targets/proofs.ts'
import { listAlertsRoute } from './alerts/alerts.ts'
import {
  changeAlertRoute,
  createAlertRoute,
  listAlertRoutes,
  removeAlertRoute,
  testAlertRoute,
} from './alerts/routes.ts'
import {
  addFindingMessage,
  addTargetMessage,
  changeMessage,
  listFindingMessages,
  listTargetMessages,
  readMessage,
  removeMessage,
  streamFindingMessages,
  streamTargetMessages,
} from './discussion/messages.ts'
import { diffRoute } from './findings/diff.ts'
import { countFindingsRoute } from './findings/counts.ts'
import { decideRoute, findingSeverityRoute, listFindingsRoute, readFinding } from './findings/findings.ts'
import { riskRoute } from './findings/risk.ts'
import { timelineRoute } from './findings/timeline.ts'
import { recordScan, reportAll, reportScan, reportTarget } from './reports/reports.ts'
import { createShareRoute, listSharesRoute, revokeShareRoute, shareViewsRoute } from './reports/shares.ts'
import { createBlackoutRoute, listBlackouts, removeBlackout } from './schedules/blackouts.ts'
import {
  changeScheduleRoute,
  createScheduleRoute,
  listSchedulesRoute,
  previewSchedule,
  readSchedule,
  removeSchedule,
} from './schedules/schedules.ts'
import { listTicksRoute } from './schedules/ticks.ts'
import { portsOverTimeRoute } from './targets/ports.ts'
import { eraseTargetRoute, listErasuresRoute } from './targets/erasures.ts'
import {
  changeTargetRoute,
  countTargetsRoute,
  createTarget,
  listTargetsRoute,
  readTargetRoute,
} from './targets/targets.ts'
import { listDeliveriesRoute, readDelivery, replayDelivery, replayWebhook, testWebhook } from './webhooks/deliveries.ts'
import {
  changeWebhookRoute,
  createWebhookRoute,
  listWebhooksRoute,
  readWebhookRoute,
  removeWebhook,
  rotateWebhook,
} from './webhooks/webhooks.ts'

/** The API's table of contents. */
export const routes: readonly ((app: Api, deps: Deps) => void)[] = [
  submitScan,
  countScansRoute,
  readScan,
  cancelScan,
  rerunScan,
  listScans,
  streamScanRoute,
  makeStreamTicket,
  listScanners,

  uploadBatch,
  readBatchRoute,
  listBatchesRoute,
  listRowsRoute,
  streamResults,
  startBatchRoute,
  cancelBatch,

  listTargetsRoute,
  countTargetsRoute,
  createTarget,
  readTargetRoute,
  changeTargetRoute,
  eraseTargetRoute,
  listErasuresRoute,
  listProofs,
  beginProofRoute,
  readProofRoute,
  checkProofRoute,
  withdrawProofRoute,
  attestTarget,
  revokeAttestationRoute,

  setUpRoute,
  beginSignUpRoute,
  verifySignUp,
  loginRoute,
  loginWithFactor,
  passkeyOptions,
  loginByPasskey,
  refreshRoute,
  logoutRoute,
  beginResetRoute,
  verifyReset,
  restoreMe,
  beginStepUpRoute,
  verifyStepUp,

  readMe,
  changeMe,
  changePasswordRoute,
  beginEmailChangeRoute,
  verifyEmailChange,
  switchOrganisationRoute,
  leaveOrganisation,
  exportMe,
  deleteMe,
  readFactorsRoute,
  beginTotpRoute,
  confirmTotpRoute,
  removeTotpRoute,
  renewRecoveryCodesRoute,
  passkeyCreationOptions,
  createPasskeyRoute,
  renamePasskeyRoute,
  removePasskeyRoute,
  listIdentities,
  unlinkIdentityRoute,
  listSessionsRoute,
  renameSessionRoute,
  endSession,
  endAllSessions,
  listDevicesRoute,
  forgetDevice,

  listKeysRoute,
  createKeyRoute,
  revokeKeyRoute,
  listServiceAccountsRoute,
  createServiceAccountRoute,
  changeServiceAccount,

  listWebhooksRoute,
  createWebhookRoute,
  readWebhookRoute,
  changeWebhookRoute,
  removeWebhook,
  rotateWebhook,
  testWebhook,
  listDeliveriesRoute,
  readDelivery,
  replayDelivery,
  replayWebhook,

  listMembersRoute,
  changeMember,
  removeMemberRoute,
  listInvitationsRoute,
  inviteMember,
  withdrawInvitation,
  readOverview,
  lookRoute,
  readTrends,
  searchRoute,
  listExpiriesRoute,
  listCertificatesRoute,
  countCertificatesRoute,
  listFindingsRoute,
  countFindingsRoute,
  riskRoute,
  decideRoute,
  readFinding,
  findingSeverityRoute,
  diffRoute,
  listFindingMessages,
  addFindingMessage,
  streamFindingMessages,
  listTargetMessages,
  addTargetMessage,
  streamTargetMessages,
  readMessage,
  changeMessage,
  removeMessage,
  timelineRoute,
  portsOverTimeRoute,
  listAlertsRoute,
  listAlertRoutes,
  createAlertRoute,
  changeAlertRoute,
  removeAlertRoute,
  testAlertRoute,
  recordScan,
  listSharesRoute,
  createShareRoute,
  revokeShareRoute,
  shareViewsRoute,
  reportScan,
  reportTarget,
  reportAll,
  listSchedulesRoute,
  previewSchedule,
  createScheduleRoute,
  readSchedule,
  changeScheduleRoute,
  removeSchedule,
  listTicksRoute,
  listBlackouts,
  createBlackoutRoute,
  removeBlackout,
  acceptInvitation,
  acceptBySigningUp,
  createOrganisation,
  readOrganisation,
  changeOrganisationRoute,
  exportAudit,
  listAuditEntries,

  readInstance,
  listUsersRoute,
  changeUser,
  endSessionsOfUser,
  startReset,
  resetFactorsOfUser,
  verifyAuditRoute,
  readQueues,
  pauseQueueRoute,
  listWorkersRoute,
  drainWorker,
  listJobsRoute,
  listFailuresRoute,
  readLife,
  readHistory,
  previewAct,
  actOnScansRoute,
  listMailsRoute,
  listAllDeliveriesRoute,
  readOutwardRoute,
  moveOutwardRoute,
  rotateSigningKey,
  listContacts,
  listDoNotScan,
  addDoNotScan,
  removeDoNotScan,

  healthz,
  readyz,
]
