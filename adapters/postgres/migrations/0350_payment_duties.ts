import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Of what people and partners did: most events are written by the service's own processes. */
const byOthers = `actor !~~ 'process:%'`;

/** The types of `dutyConflicts` in `domain/approval/conflicts.ts`: a question that names others does not find the index. */
const dutyTypes = `type in ('CreditLimitSet', 'OrderSubmitted', 'OrderHoldReleased', 'StockAdjusted', 'ShipmentConfirmed',
  'PostingRulesPublished', 'AccountMapPublished', 'GlBatchSealed', 'PeriodClosed', 'PeriodReopened', 'PeriodCorrected',
  'ApprovalRequested', 'ApprovalGranted', 'CreditMemoDrafted', 'InvoiceWrittenOff', 'PaymentRecorded')`;

/** Who recorded payments neither credits nor writes off what the customer owes. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'event_index', {
    tables: (schema) => [
      `drop index if exists ${schema}.event_index_duty`,
      `create index event_index_duty on ${schema}.event_index (type, actor, node, customer, position)
       where ${byOthers} and ${dutyTypes}`,
    ],
  });
