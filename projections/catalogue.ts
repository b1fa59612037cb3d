import { approvals } from './approvals/projection.ts';
import { auditSamples } from './auditSamples/projection.ts';
import { credit } from './credit/projection.ts';
import { deposits } from './deposits/projection.ts';
import { dropShips } from './dropShips/projection.ts';
import { eventIndex } from './eventIndex/projection.ts';
import { eventStream } from './eventStream/projection.ts';
import { exceptions } from './exceptions/projection.ts';
import { glStaging } from './glStaging/projection.ts';
import { inventory } from './inventory/projection.ts';
import { invoices } from './invoices/projection.ts';
import { lineageGraph } from './lineage/projection.ts';
import { masterData } from './masterData/projection.ts';
import { orders } from './orders/projection.ts';
import { partnerDocuments } from './partnerDocuments/projection.ts';
import { pauses } from './pauses/projection.ts';
import { payments } from './payments/projection.ts';
import { periods } from './periods/projection.ts';
import type { Projection } from './projection.ts';
import { reconciliations } from './reconciliations/projection.ts';
import { reservations } from './reservations/projection.ts';
import { returns } from './returns/projection.ts';
import { shadowLedgers } from './shadowLedgers/projection.ts';
import { shipments } from './shipments/projection.ts';
import { subledgers } from './subledgers/projection.ts';
import { timeline } from './timeline/projection.ts';
import { transfers } from './transfers/projection.ts';
import { webhooks } from './webhooks/projection.ts';

/** Every read model of the product. */
export const projections: readonly Projection[] = [
  masterData,
  orders,
  timeline,
  inventory,
  shipments,
  returns,
  dropShips,
  transfers,
  invoices,
  deposits,
  payments,
  credit,
  glStaging,
  subledgers,
  lineageGraph,
  eventIndex,
  approvals,
  pauses,
  periods,
  reservations,
  partnerDocuments,
  webhooks,
  eventStream,
  exceptions,
  reconciliations,
  auditSamples,
  shadowLedgers,
];
