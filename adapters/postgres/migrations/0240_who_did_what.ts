import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Of what people and partners did: most events are written by the service's own processes, and are in neither index. */
const byOthers = `actor !~~ 'process:%'`;

/** The types of `dutyConflicts` in `domain/approval/conflicts.ts`: a question that names others does not find the index. */
const dutyTypes = `type in ('CreditLimitSet', 'OrderSubmitted', 'OrderHoldReleased', 'StockAdjusted', 'ShipmentConfirmed',
  'PostingRulesPublished', 'AccountMapPublished', 'GlBatchSealed', 'PeriodClosed', 'PeriodReopened', 'PeriodCorrected',
  'ApprovalRequested', 'ApprovalGranted')`;

/** Who did what, newest first; and what one person did to one object, of acts that conflict. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'event_index', {
    tables: (schema) => [
      `create index if not exists event_index_actor on ${schema}.event_index (actor, position) where ${byOthers}`,
      `create index if not exists event_index_duty on ${schema}.event_index (type, actor, node, customer, position)
       where ${byOthers} and ${dutyTypes}`,
    ],
  });
