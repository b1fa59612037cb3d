import type { DomainEvent } from '../../../domain/events.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import { type RevenuePolicy, saidOf } from '../../../domain/ledger/revenuePolicy.ts';
import { demoBusinessUnit } from '../../../domain/masterData/demo.ts';
import { minor, minorText } from '../../../domain/money.ts';
import type { OrderAccepted } from '../../../domain/order/events.ts';
import type { ShipmentConfirmed } from '../../../domain/shipment/events.ts';
import { draftOf, recorded, taxOf } from '../invoice/sale.ts';
import { journalsOf } from './books.ts';

type Leaving = {
  readonly order: OrderAccepted['data'];
  readonly shipped: ShipmentConfirmed['data'];
  readonly billing: readonly (readonly [lineId: string, fromQty: string, qty: string])[];
  readonly withCharges?: boolean;
  readonly taxedBefore?: ReadonlyMap<string, string>;
};

/** The goods of one confirmation on their way through the books, by the deciders and the posting function themselves. */
export const goodsFlow = (policy: RevenuePolicy, leaving: Leaving) => {
  const { order, billing, withCharges, taxedBefore } = leaving;
  const shipped = { ...leaving.shipped, ...saidOf(policy) };
  const draft = draftOf(`I-${shipped.confirmationId}`, order, shipped, billing, withCharges);
  const businessUnit = { ...demoBusinessUnit, version: 1, currency: order.currency };
  const journals: JournalDraft[] = [];
  let state = invoiceDecider.initial;
  let hasArrived = false;
  let isBack = false;
  const last = new Map<string, { readonly eventId: string; readonly position: string }>();

  const happened = (event: DomainEvent): readonly JournalDraft[] => {
    const known = recorded(event);
    last.set(event.type, known);
    const made = journalsOf(known, { businessUnit });
    journals.push(...made);
    return made;
  };
  /** What the decider refuses does not happen. */
  const tell = (command: InvoiceCommand): readonly JournalDraft[] => {
    const decided = invoiceDecider.decide(command, state);
    if ('refused' in decided) return [];
    return decided.flatMap((event) => {
      state = invoiceDecider.evolve(state, event);
      return happened(event);
    });
  };
  const day = '2026-11-24';
  const reverse = (reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED') => {
    const of = last.get('RevenueRecognised');
    if (of === undefined) return [];
    return tell({
      ...{ type: 'ReverseRevenue', reason, day },
      ...{ recognisedEventId: of.eventId, recognisedPosition: of.position },
    });
  };
  const earn = () => tell({ type: 'RecogniseRevenue', day });

  return {
    leave: () => [
      ...happened({ type: 'ShipmentConfirmed', data: shipped }),
      ...tell({ type: 'DraftInvoice', draft }),
      ...(policy === 'ON_SHIPMENT' ? earn() : []),
    ],
    arrive: () => {
      hasArrived = !isBack;
      return policy === 'ON_DELIVERY' && (!isBack || state.issued === null) ? earn() : [];
    },
    issue: () => {
      const lines = taxOf(draft, taxedBefore);
      const tax = minorText(lines.reduce((sum, line) => sum + minor(line.tax), 0n));
      tell({ type: 'RecordTax', engine: 'avatax', docCode: draft.invoiceId, lines, tax });
      const number = `INV-${shipped.confirmationId}`;
      return tell({ type: 'IssueInvoice', number, series: 'INV', issueDate: day, contentSha256: 'd0' });
    },
    voidInvoice: () => {
      const { eventId = '', position = '' } = last.get('InvoiceIssued') ?? {};
      return tell({
        ...{ type: 'VoidInvoice', reason: 'wrong customer', voidDate: day },
        ...{ issuedEventId: eventId, issuedPosition: position },
      });
    },
    /** What the process does about a void. */
    followVoid: () => reverse('INVOICE_VOIDED'),
    /** Refused while an invoice stands and once the goods have arrived, as by the shipment's own decider. */
    voidShipment: () => {
      const isBilled = state.issued !== null && !state.voided;
      if (isBilled || hasArrived || isBack) return [];
      isBack = true;
      const { shipmentId, orderId, bu, node, currency, confirmationId, lines } = shipped;
      const { eventId = '', position = '' } = last.get('ShipmentConfirmed') ?? {};
      const confirmed = [{ confirmationId, eventId, position, ...saidOf(policy) }];
      const head = { shipmentId, orderId, bu, node, currency, reason: 'never left', confirmationIds: [confirmationId] };
      const back = lines.map((line) => ({ ...line, confirmationId }));
      return [
        ...happened({ type: 'ShipmentVoided', data: { ...head, confirmed, lines: back } }),
        ...tell({ type: 'WithdrawDraft', reason: 'SHIPMENT_VOIDED', shipmentId, voidDate: day }),
        ...reverse('SHIPMENT_VOIDED'),
      ];
    },
    journals,
    draft,
  };
};
