import { createEventConsumerPlaces } from '../../adapters/postgres/eventConsumerPlaces.ts';
import { auditSampleCalls } from '../../commands/calls/auditSamples.ts';
import { reportRunCalls } from '../../commands/calls/reportRuns.ts';
import { shadowCalls } from '../../commands/calls/shadowLedgers.ts';
import { caseCalls } from '../../commands/cases/caseCalls.ts';
import { eventConsumerCalls } from '../../commands/eventConsumers/eventConsumerCalls.ts';
import { erasureCalls } from '../../commands/personal/eraseSubject.ts';
import type { PartnerLookups } from '../../commands/ports.ts';
import { reconciliationCalls } from '../../commands/reconciliation/calls.ts';
import { simulationCalls } from '../../commands/simulation/calls.ts';
import { discardCalls } from '../../commands/steering/discards.ts';
import { pauseCalls } from '../../commands/steering/pauses.ts';
import { rateLimitCalls } from '../../commands/steering/rateLimits.ts';
import { replayCalls } from '../../commands/steering/replays.ts';
import { groupCalls } from '../../commands/workers/knownGroups.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import type { Config } from '../config.ts';
import type { Operations } from '../deps.ts';
import type { Database } from './database.ts';
import { makeInboundCalls, makeResendCalls } from './edi.ts';
import { erpNames } from './erps.ts';
import type { Evidence } from './evidence.ts';
import { makeImportCalls } from './imports.ts';
import type { Personal } from './personal.ts';
import { makePromotionCalls } from './promotions.ts';
import { systemsOf } from './reconciliation.ts';
import { makeRepairs } from './repairs.ts';
import { makeWebhookCalls } from './webhooks.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

export const makeOperations = (
  config: Pick<Config, 'replay' | 'webhooks' | 'erp' | 'promotionKeys'>,
  database: Database,
  { keys, vault }: Pick<Personal, 'keys' | 'vault'>,
  writeSide: WriteSide,
  lookups: PartnerLookups,
  evidence: Pick<Evidence, 'signer'>,
): Operations => ({
  ...discardCalls({
    executor: writeSide.executor,
    parked: database.parkedMessages,
    unmade: database.unmadeDocuments,
    checkpoints: database.checkpoints,
  }),
  ...pauseCalls(writeSide),
  ...caseCalls(writeSide),
  ...reconciliationCalls(writeSide, systemsOf(lookups)),
  ...makeWebhookCalls(config, database, writeSide),
  ...eventConsumerCalls({ ...writeSide, places: createEventConsumerPlaces(database.projectionDb) }),
  ...makeInboundCalls(database, { vault }, writeSide),
  ...makeResendCalls(database, { vault }, writeSide),
  ...reportRunCalls(writeSide),
  ...auditSampleCalls(writeSide),
  ...shadowCalls({ ...writeSide, requireApproval: writeSide.application.requireApproval, systems: erpNames(config) }),
  ...makePromotionCalls(config, evidence, writeSide),
  ...makeImportCalls(database, { vault }, writeSide),
  ...simulationCalls({ ...writeSide, head: database.log.head, clock: systemClock }),
  ...rateLimitCalls(writeSide),
  ...groupCalls({ catalog: writeSide.catalog, managers: processes.map(({ name }) => name) }),
  ...erasureCalls({
    executor: writeSide.executor,
    requireApproval: writeSide.application.requireApproval,
    ...{ keys, vault },
  }),
  ...replayCalls({
    executor: writeSide.executor,
    requireApproval: writeSide.application.requireApproval,
    repairOf: makeRepairs(database, writeSide, lookups),
    board: database.replayBoard,
    messagesMax: config.replay.messagesMax,
  }),
});
