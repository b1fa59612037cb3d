import { allocation } from '../../domain/allocation/allocation.ts';
import { approvalDecider } from '../../domain/approval/approval.ts';
import { auditSampleDecider } from '../../domain/auditSample/auditSample.ts';
import { credit } from '../../domain/credit/credit.ts';
import type { Decider, Event } from '../../domain/decider.ts';
import { depositDecider } from '../../domain/deposit/deposit.ts';
import { discardDecider } from '../../domain/discard/discard.ts';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import { inboxDecider } from '../../domain/edi/inbox.ts';
import { madeDocumentsDecider } from '../../domain/edi/madeDocuments.ts';
import { retentionDecider } from '../../domain/edi/retention.ts';
import { stockAdviceDecider } from '../../domain/edi/stockAdvice.ts';
import { eventConsumerDecider } from '../../domain/eventConsumer/eventConsumer.ts';
import { categoryOf, type StreamName } from '../../domain/eventLog.ts';
import { caseDecider } from '../../domain/exceptionCase/exceptionCase.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { numberingDecider } from '../../domain/invoice/numbering.ts';
import { glBatchDecider } from '../../domain/ledger/glBatch.ts';
import { glCorrectionDecider } from '../../domain/ledger/glCorrection.ts';
import { periodDecider } from '../../domain/ledger/period.ts';
import {
  accountMapDecider,
  businessUnitDecider,
  crossReferenceDecider,
  customerDecider,
  intercompanyDecider,
  itemDecider,
  lateSupplyDecider,
  nodeDecider,
  partnerDecider,
  postingRulesDecider,
  priceListDecider,
  taxCodesDecider,
} from '../../domain/masterData/masterData.ts';
import { order } from '../../domain/order/order.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { pauseDecider } from '../../domain/pause/pause.ts';
import { promotionDecider } from '../../domain/promotion/promotion.ts';
import { rateLimitDecider } from '../../domain/rateLimit/rateLimit.ts';
import { rebuildDecider } from '../../domain/rebuild/rebuild.ts';
import { reconciliationDecider } from '../../domain/reconciliation/reconciliation.ts';
import { replayDecider } from '../../domain/replay/replay.ts';
import { reportRunDecider } from '../../domain/reportRun/reportRun.ts';
import { reservationDecider } from '../../domain/reservation/reservation.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import { shadowDecider } from '../../domain/shadow/shadow.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { simulationDecider } from '../../domain/simulation/simulation.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { stockSnapshotDecider } from '../../domain/stockSnapshot/stockSnapshot.ts';
import { transferDecider } from '../../domain/transfer/transfer.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';

/** How a stream's state follows from its events. */
export type Folding = Pick<Decider<unknown, never, Event>, 'initial' | 'evolve'>;

const of = <State, E extends Event>({
  initial,
  evolve,
}: Pick<Decider<State, never, E>, 'initial' | 'evolve'>): Folding => ({
  initial,
  // A stream holds the events of its own decider only.
  evolve: evolve as unknown as Folding['evolve'],
});

const policies: Readonly<Record<string, Folding>> = {
  accounts: of(accountMapDecider),
  posting: of(postingRulesDecider),
  taxcodes: of(taxCodesDecider),
  latesupply: of(lateSupplyDecider),
  intercompany: of(intercompanyDecider),
};

const byProcess = new Map<string, Folding>(processes.map(({ name, decider }) => [name, of(decider)]));

const byCategory = new Map<string, Folding>([
  ['order', of(order)],
  ['allocation', of(allocation)],
  ['stock', of(stockDecider)],
  ['snapshot', of(stockSnapshotDecider)],
  ['shipment', of(shipmentDecider)],
  ['return', of(returnDecider)],
  ['case', of(caseDecider)],
  ['recon', of(reconciliationDecider)],
  ['dropship', of(dropShipDecider)],
  ['invoice', of(invoiceDecider)],
  ['deposit', of(depositDecider)],
  ['transfer', of(transferDecider)],
  ['numbering', of(numberingDecider)],
  ['credit', of(credit)],
  ['period', of(periodDecider)],
  ['glbatch', of(glBatchDecider)],
  ['glfix', of(glCorrectionDecider)],
  ['shadow', of(shadowDecider)],
  ['item', of(itemDecider)],
  ['customer', of(customerDecider)],
  ['node', of(nodeDecider)],
  ['pricelist', of(priceListDecider)],
  ['partner', of(partnerDecider)],
  ['xref', of(crossReferenceDecider)],
  ['bu', of(businessUnitDecider)],
  ['promotion', of(promotionDecider)],
  ['approval', of(approvalDecider)],
  ['replay', of(replayDecider)],
  ['discard', of(discardDecider)],
  ['reportrun', of(reportRunDecider)],
  ['sample', of(auditSampleDecider)],
  ['reservation', of(reservationDecider)],
  ['pause', of(pauseDecider)],
  ['limit', of(rateLimitDecider)],
  ['rebuild', of(rebuildDecider)],
  ['simulation', of(simulationDecider)],
  ['webhook', of(webhookDecider)],
  ['eventconsumer', of(eventConsumerDecider)],
  ['edi', of(madeDocumentsDecider)],
  ['inbox', of(inboxDecider)],
  ['stockadvice', of(stockAdviceDecider)],
  ['retention', of(retentionDecider)],
]);

/** The decider whose state a stream holds, without its decisions; undefined for a stream that is nobody's state. */
export const foldingOf = (stream: StreamName): Folding | undefined => {
  const category = categoryOf(stream);
  const [owner = '', id = ''] = stream.slice(category.length + 1).split('.');
  if (category === 'policy') return policies[id];
  return category === 'pm' ? byProcess.get(owner) : byCategory.get(category);
};
