import type { EventType, RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { majorText } from '../../domain/money.ts';
import type { HoldScope } from '../../domain/order/events.ts';
import type { Disposition } from '../../domain/returns/events.ts';
import type { CarrierCode } from '../../domain/shipment/events.ts';
import type { LossLiability, LossOutcome } from '../../domain/shipment/lossEvents.ts';

const money = (amount: string, currency: string): string => `${majorText(BigInt(amount), currency)} ${currency}`;

const count = (many: number, one: string, more = `${one}s`): string => `${many} ${many === 1 ? one : more}`;

type Pieces = readonly { readonly item: string; readonly qty: string }[];

/** Of a kit also what moved of its components, which may be less than a kit. */
const withPieces = (
  lines: readonly { readonly lineId: string; readonly qty: string; readonly components?: Pieces }[],
) =>
  lines.map(({ lineId, qty, components }) => {
    const pieces = components?.filter((one) => one.qty !== '0').map((one) => `${one.qty} ${one.item}`);
    return { qty, lineId: pieces === undefined ? lineId : `${lineId} (${pieces.join(' and ')})` };
  });

const lineList = (lines: readonly { readonly lineId: string; readonly qty: string }[]): string => {
  const shown = lines.slice(0, 5).map(({ lineId, qty }) => `${qty} of line ${lineId}`);
  return lines.length > shown.length
    ? `${shown.join(', ')} and ${count(lines.length - shown.length, 'more line')}`
    : shown.join(', ');
};

const outcomes: Readonly<Record<Disposition, string>> = {
  RESTOCK: 'back in stock',
  QUARANTINE: 'kept apart',
  SCRAP: 'thrown away',
  RETURN_TO_VENDOR: 'sent on to the supplier',
  KEEP: 'left to the customer',
};

const carrierWords: Readonly<Record<CarrierCode, string>> = {
  IN_TRANSIT: 'in transit',
  OUT_FOR_DELIVERY: 'out for delivery',
  DELAYED: 'delayed',
  EXCEPTION: 'an exception',
  AVAILABLE_FOR_PICKUP: 'can be picked up',
  RETURNING: 'on its way back to the sender',
  LOST: 'lost',
  DAMAGED: 'damaged',
  DELIVERED: 'delivered',
};

const bearers: Readonly<Record<LossLiability, string>> = { CARRIER: 'the carrier', OURS: 'us' };

const lossOutcomes: Readonly<Record<LossOutcome, string>> = { RESHIP: 'sent again', CANCEL: 'not sent any more' };

const lostWords = ({ data }: RecordedOf<'ShipmentLost' | 'ShipmentDamaged'>): string =>
  `${lineList(data.lines)}${data.afterDelivery ? ', after they were told to have arrived' : ''}; borne by ${bearers[data.liability]}.`;

const notAdded: Readonly<Record<string, string>> = {
  REPLACED: 'another quantity was asked for',
  NOT_SUBSTITUTABLE: 'what it was to take the place of has left or is with a warehouse',
};

const heldPart = (scope: HoldScope): string => {
  if (scope.kind === 'LINE') return ` for line ${scope.lineId}`;
  return scope.kind === 'CHANGES' ? ' for what was added' : '';
};

type Sentences = { readonly [T in EventType]?: (event: RecordedOf<T>) => string };

/** One sentence per event that a planner, a customer service agent or an auditor can read. */
export const sentences = {
  OrderSubmitted: ({ data }) =>
    `Order with ${count(data.lines.length, 'line')} received from ${data.channel} for ${data.soldTo}, customer PO ${data.customerPo}.`,
  OrderValidated: () => 'Checked against master data.',
  OrderPriced: ({ data }) =>
    `Priced from list ${data.priceListId} version ${data.priceListVersion}: ${money(data.totals.net, data.currency)} net.`,
  OrderHeld: ({ data }) => `Put on hold ${data.type}${heldPart(data.scope)}: ${data.note}`,
  OrderHoldReleased: ({ data }) => `Hold ${data.type} released: ${data.reason}.`,
  FraudCheckRequested: () => 'A fraud check was asked for.',
  FraudDecisionRecorded: ({ data }) => `The fraud check says ${data.decision}.`,
  FraudCheckUnanswered: ({ data }) =>
    `The fraud check was not answered: ${data.outcome === 'HOLD' ? 'a person decides' : 'the order goes on without it'}.`,
  OrderAccepted: ({ data }) => `Accepted for ${money(data.acceptedTotal, data.currency)}.`,
  ErpOrderRegistered: ({ data }) => `Registered in ${data.erpSystem} as ${data.erpNumber}.`,
  ErpOrderChanged: ({ data }) => `${data.erpSystem} has ${data.erpNumber} as the order is now.`,
  ErpOrderRefused: ({ data }) => `${data.erpSystem} refused the order: ${data.code}, ${data.detail}`,
  OrderLineCancelRequested: ({ data }) =>
    `Cancellation of ${data.requestedQty} of line ${data.lineId} asked for: ${data.reason}.`,
  OrderLineCancelled: ({ data }) => `${data.cancelledQty} of line ${data.lineId} cancelled.`,
  OrderLineSubstituted: ({ data }) =>
    `${data.qty} of line ${data.lineId} substituted by ${data.newQty} of ${data.newItem} on line ${data.newLineId}.`,
  OrderLineCancelRefused: ({ data }) =>
    `${data.refusedQty} of line ${data.lineId} could not be cancelled: ${data.reason}.`,
  OrderLineChangeRequested: ({ data }) =>
    data.added === undefined
      ? `Line ${data.lineId} to be raised from ${data.raised?.from} to ${data.raised?.to}: ${data.reason}.`
      : `Line ${data.lineId} with ${data.added.line.qty} of ${data.added.line.item} to be added${
          data.added.inPlaceOf === undefined
            ? ''
            : ` in place of ${data.added.inPlaceOf.qty} of line ${data.added.inPlaceOf.lineId}`
        }: ${data.reason}.`,
  OrderLineAdded: ({ data }) => `Line ${data.lineId} with ${data.line.qty} of ${data.line.item} added.`,
  OrderLineChanged: ({ data }) => `Line ${data.lineId} raised by ${data.addedQty}.`,
  OrderLineRepriced: ({ data }) =>
    `Line ${data.lineId} priced at ${data.priced.unitPrice}, ${data.differencePct} % from what applied: ${data.reason}.`,
  OrderLineChangeRefused: ({ data }) =>
    `${data.refusedQty} more of line ${data.lineId} not added: ${notAdded[data.reason] ?? 'taken back'}.`,
  OrderLineProgressed: ({ data }) =>
    `Line ${data.lineId} stands at ${data.shipped} shipped, ${data.invoiced} invoiced.`,
  OrderClosed: () => 'Closed: every line is done.',
  AllocationDemandAdded: ({ data }) => `To be sourced besides: ${lineList(data.lines)}.`,
  AllocationStarted: ({ data }) => `Sourcing of ${count(data.lines.length, 'line')} begun.`,
  ErpGateOpened: () => 'The ERP knows the order: goods may be released.',
  SourcingDecided: ({ data }) =>
    `Line ${data.lineId}: ${data.picks.map((pick) => `${pick.qty} from ${pick.node}`).join(', ') || 'nothing in stock'}${
      data.shortage === '0' ? '' : `, ${data.shortage} short`
    }.`,
  AllocationReserved: ({ data }) =>
    `${data.qty} of line ${data.lineId} reserved at ${data.node}${data.from === 'BACKORDERED' ? ' from backorder' : ''}.`,
  AllocationReservationFailed: ({ data }) =>
    `${data.node} could not reserve ${data.qty} of line ${data.lineId}; ${data.availableNow} are available there.`,
  LineBackordered: ({ data }) =>
    `${data.qty} of line ${data.lineId} backordered at ${data.node}${data.expectedDate === null ? '' : `, expected ${data.expectedDate}`}.`,
  PromiseChanged: ({ data }) =>
    data.expectedDate === null
      ? `${data.qty} of line ${data.lineId} at ${data.node} are no longer covered by any announced supply.`
      : `${data.qty} of line ${data.lineId} at ${data.node} are expected ${data.expectedDate}${data.expectedBefore === null ? '' : `, no longer ${data.expectedBefore}`}.`,
  AllocationReleased: ({ data }) => `Released to ${data.node}: ${lineList(data.lines)}.`,
  WarehouseAccepted: ({ data }) => `${data.node} accepted the release as ${data.warehouseReference}.`,
  WarehouseRefused: ({ data }) => `${data.node} refused the release: ${data.code}. It is sourced again.`,
  AllocationShorted: ({ data }) =>
    `${data.node} is ${data.shortQty} short of line ${data.lineId}: ${data.cause}. It is sourced again.`,
  AllocationReservationLost: ({ data }) =>
    `${data.qty} of line ${data.lineId} at ${data.node} given up: ${data.cause}.`,
  AllocationReleasedBack: ({ data }) => `Line ${data.lineId} gave up what could be stopped for the cancellation.`,
  AllocationReopened: ({ data }) =>
    `Sourced again after the ${data.lossId === undefined ? 'voided shipment' : 'loss'}: ${lineList(data.lines)}.`,
  LineRoutedToDropShip: ({ data }) =>
    `${data.qty} of line ${data.lineId} are to come from ${data.supplier}${data.shipDate === undefined ? '' : `, leaving by ${data.shipDate}`}.`,
  LineReturnedFromDropShip: ({ data }) =>
    `${data.supplier} does not deliver ${data.qty} of line ${data.lineId}: ${data.code}. It is sourced again.`,
  SourcingReopened: ({ data }) =>
    data.cause === 'ERP_REGISTERED'
      ? 'The ERP knows the order: what suppliers can deliver is sourced anew.'
      : 'A node can supply again: what is unsourced is sourced anew.',
  DropShipPlaced: ({ data }) => `Purchase order ${data.poId} placed with ${data.supplier}: ${lineList(data.lines)}.`,
  DropShipAcknowledged: ({ data }) => `${data.supplier} acknowledged ${lineList(data.lines) || 'the purchase order'}.`,
  DropShipRefused: ({ data }) => `${data.supplier} refused ${lineList(data.lines)}.`,
  DropShipConfirmed: ({ data }) =>
    `${data.supplier} says with ${data.supplierAsn} that it shipped ${lineList(data.lines)}.`,
  DropShipCancelled: ({ data }) => `${data.supplier} stopped ${lineList(data.lines)}.`,
  SupplierBillMatched: ({ data }) => `Bill ${data.billId} of ${data.supplier} matched: ${lineList(data.lines)}.`,
  StockReserved: ({ data }) => `${data.node} set ${data.qty} of ${data.item} aside for line ${data.lineId}.`,
  ReservationRefused: ({ data }) => `${data.node} has only ${data.available} of ${data.item} for line ${data.lineId}.`,
  ReservationExtended: ({ data }) => `${data.item} stays reserved at ${data.node} until ${data.expiresAt}.`,
  ReservationReleased: ({ data }) => `${data.node} freed ${data.qty} of ${data.item}: ${data.cause}.`,
  ReservationExpired: ({ data }) => `The reservation of ${data.qty} of ${data.item} at ${data.node} expired.`,
  BackorderQueued: ({ data }) => `Line ${data.lineId} waits at ${data.node} for ${data.qty} of ${data.item}.`,
  BackorderWithdrawn: ({ data }) =>
    `Line ${data.lineId} no longer waits for ${data.qty} of ${data.item} at ${data.node}.`,
  StockIssued: ({ data }) =>
    `${data.qty} of ${data.item} left ${data.node} at a cost of ${money(data.cost, data.currency)}.`,
  ShipmentPlanned: ({ data }) => `Shipment planned at ${data.node}: ${lineList(data.lines)}.`,
  ItemsPicked: ({ data }) => `Picked: ${lineList(withPieces(data.lines))}.`,
  ItemsPacked: ({ data }) => {
    const names = data.cartons.slice(0, 3).map(({ cartonId }) => cartonId);
    const more = data.cartons.length > names.length ? ` and ${count(data.cartons.length - names.length, 'more')}` : '';
    return `Packed into ${count(data.cartons.length, 'carton')} at ${data.node}: ${names.join(', ')}${more}.`;
  },
  ShipmentConfirmed: ({ data }) =>
    `Shipped from ${data.node}${data.carrier === undefined ? '' : ` with ${data.carrier}`}: ${lineList(withPieces(data.lines))}${
      data.tracking.length === 0 ? '' : `, tracking ${data.tracking.slice(0, 3).join(', ')}`
    }.`,
  ShipmentOvershipped: ({ data }) => `${data.excess} more of line ${data.lineId} left than the shipment was asked for.`,
  OvershipmentFound: ({ data }) =>
    `${data.excess} of line ${data.lineId} left beyond what was ordered; ${
      data.tolerance.within ? 'that is within the tolerance' : `${data.tolerance.allowed} may`
    }.`,
  OvershipmentResolved: ({ data }) =>
    `${data.excess} of line ${data.lineId} beyond the order ${data.outcome === 'BILL' ? 'will be billed' : 'are given away'}${
      data.decidedBy === 'POLICY' ? ', by the rule of the business unit' : ''
    }.`,
  OvershipmentGifted: ({ data }) =>
    data.reopened === '0'
      ? `${data.qty} of line ${data.lineId} that were given away count for nothing that was ordered.`
      : `${data.reopened} of line ${data.lineId} are to be sourced again: what stood for them was given away.`,
  ShipmentShorted: ({ data }) =>
    `${data.goodsInPlace ? 'Taken off the voided shipment' : 'Reported short'}: ${lineList(data.lines)}.`,
  ShipmentReduced: ({ data }) => `Stopped before it left: ${lineList(data.lines)}.`,
  ShipmentVoided: ({ data }) => `Shipment voided: ${data.reason}.`,
  CarrierStatusRecorded: ({ data }) =>
    `Carrier${data.tracking === undefined ? '' : `, parcel ${data.tracking}`}: ${carrierWords[data.code]}${
      data.place === undefined ? '' : `, ${data.place}`
    }${data.late ? ' (told late)' : ''}.`,
  ShipmentDelivered: ({ data }) =>
    `Delivered${data.proof?.name === undefined ? '' : ` to ${data.proof.name}`}: ${lineList(data.lines)}.`,
  ShipmentLost: (event) => `Lost on the way: ${lostWords(event)}`,
  ShipmentDamaged: (event) => `Damaged on the way: ${lostWords(event)}`,
  ShipmentLossDecided: ({ data }) => `Of loss ${data.lossId} it is decided: ${lossOutcomes[data.outcome]}.`,
  ShipmentLossSettled: ({ data }) => {
    const sum = (name: 'unbilledQty' | 'billedQty'): bigint =>
      data.lines.reduce((all, line) => all + BigInt(line[name]), 0n);
    return `Loss ${data.lossId}: ${sum('unbilledQty')} will not be billed, ${sum('billedQty')} to be credited.`;
  },
  ShipmentLossReassigned: ({ data }) =>
    `Loss ${data.lossId} is borne by ${bearers[data.to]} instead of ${bearers[data.from]}: ${data.reason}.`,
  ShipmentLossCredited: ({ data }) => `Loss ${data.lossId} credited: ${lineList(data.lines)}.`,
  ShipmentFound: ({ data }) =>
    `Found again: ${lineList(data.lines)}${data.settled ? ', when loss ' : ' of loss '}${data.lossId}${data.settled ? ' had been settled' : ''}.`,
  ReturnAuthorised: ({ data }) => `Return ${data.rmaId} authorised until ${data.expiresOn}: ${lineList(data.lines)}.`,
  ReturnReceived: ({ data }) =>
    data.unexpected
      ? `${count(data.lines.length, 'line')} of return ${data.rmaId} came unexpected at ${data.node}.`
      : `Came back to ${data.node}: ${lineList(data.lines.map(({ lineId, qty }) => ({ lineId: lineId ?? '', qty })))}.`,
  ReturnInspected: ({ data }) =>
    `${data.qty} of line ${data.lineId}${data.from === undefined ? '' : ' in quarantine'}: ${outcomes[data.disposition]}, at a cost of ${money(data.cost, data.currency)}.`,
  ReturnCredited: ({ data }) =>
    `Credit memo ${data.number} over ${money(data.total, data.currency)} gives back ${lineList(data.lines)}${
      data.restockingFee === '0' ? '' : `, less ${money(data.restockingFee, data.currency)} for restocking`
    }.`,
  ReturnExpired: ({ data }) => `Return ${data.rmaId} expired: nothing had come by ${data.expiresOn}.`,
  ReturnClosed: ({ data }) => `Return ${data.rmaId} closed: ${data.reason}.`,
  InvoiceDrafted: ({ data }) => `Invoice drafted for ${count(data.lines.length, 'line')}.`,
  TaxCalculated: ({ data }) => `Tax calculated by ${data.engine}.`,
  TaxCalculationFailed: ({ data }) => `${data.engine} could not calculate tax: ${data.code}.`,
  InvoiceIssued: ({ data }) =>
    `Invoice ${data.number} over ${money(data.totals.total, data.currency)} issued, due ${data.dueDate}.`,
  TaxCommitted: ({ data }) => `Tax committed with ${data.engine} as ${data.docCode}.`,
  TaxCommitMismatch: ({ data }) => `${data.engine} committed another tax than ours for ${data.docCode}.`,
  TaxMismatchAccepted: ({ data: { difference, currency, number, reason } }) =>
    `A difference of ${money(difference, currency)} in the tax of ${number} accepted: ${reason}.`,
  TaxCheckRequested: () => 'The tax engine is asked again what it holds.',
  TaxCommitFailed: ({ data }) => `${data.engine} did not commit tax: ${data.code}.`,
  InvoicePosted: ({ data }) => `Posted in the ERP as ${data.erpDocument}.`,
  InvoicePostingRefused: ({ data }) => `The ERP refused the posting: ${data.code}.`,
  InvoiceVoided: ({ data }) => `Invoice ${data.number} voided: ${data.reason}.`,
  RevenueRecognised: ({ data }) =>
    `Revenue of ${count(data.lines.length, 'line')} recognised as of ${data.day}: the goods have ${data.policy === 'ON_SHIPMENT' ? 'left' : 'arrived'}.`,
  RevenueReversed: ({ data }) =>
    data.reason === 'SHIPMENT_VOIDED'
      ? 'Revenue taken back: the shipment was voided.'
      : 'Revenue taken back and recognised as not invoiced: the invoice was voided.',
  InvoiceWithdrawn: ({ data }) =>
    `Invoice draft withdrawn: its ${data.reason === 'GOODS_LOST' ? 'goods were lost' : 'shipment was voided'}.`,
  InvoiceDraftReduced: ({ data }) => `Invoice draft reduced to ${count(data.lines.length, 'line')}: goods were lost.`,
  CreditMemoDrafted: ({ data }) =>
    `${money(data.totals.total, data.currency)} of invoice ${data.invoiceNumber} will be credited: ${data.reason}.`,
  CreditMemoIssued: ({ data }) =>
    `Credit memo ${data.number} over ${money(data.totals.total, data.currency)} of invoice ${data.invoiceNumber} issued.`,
  CreditTaxCommitted: ({ data }) => `Tax of the credit memo committed with ${data.engine} as ${data.docCode}.`,
  CreditTaxCommitFailed: ({ data }) => `${data.engine} did not commit the tax of the credit memo: ${data.code}.`,
  DepositReceived: ({ data }) => `Deposit of ${money(data.amount, data.currency)} received: ${data.reference}.`,
  DepositRefunded: ({ data }) => `${money(data.amount, data.currency)} of deposit ${data.reference} paid back.`,
  ReceivableSettled: ({ data: { amount, currency } }) =>
    amount.startsWith('-')
      ? `${money(amount.slice(1), currency)} owed again for the invoice.`
      : `${money(amount, currency)} less owed for the invoice.`,
  PaymentRecorded: ({ data: { amount, currency, number, reference } }) =>
    amount.startsWith('-')
      ? `${money(amount.slice(1), currency)} of what was paid for invoice ${number} came back: ${reference}.`
      : `${money(amount, currency)} paid for invoice ${number}: ${reference}.`,
  InvoiceWrittenOff: ({ data }) =>
    `${money(data.amount, data.currency)} of invoice ${data.number} written off, ${data.cause}: ${data.reason}.`,
  InvoiceDisputed: ({ data }) => `Invoice ${data.number} disputed, ${data.cause}: ${data.reason}.`,
  DisputeResolved: ({ data }) => `Dispute of invoice ${data.number} ${data.outcome}: ${data.reason}.`,
  WriteOffReversed: ({ data }) =>
    `${money(data.amount, data.currency)} of invoice ${data.number} not written off any more, ${data.because}.`,
  DepositApplied: ({ data }) =>
    `${money(data.amount, data.currency)} of deposit ${data.deposit.reference} applied to invoice ${data.number}.`,
  DepositReleased: ({ data }) =>
    `Invoice ${data.number} gave ${money(data.amount, data.currency)} of deposit ${data.deposit.reference} back.`,
  TaxVoided: ({ data }) => `Tax ${data.docCode} voided with ${data.engine}.`,
  CreditReserved: ({ data }) =>
    `Credit of ${money(data.amount, data.currency)} reserved${data.override ? ' above the limit' : ''}.`,
  CreditRefused: ({ data }) =>
    `Credit refused: exposure ${money(data.exposure, data.currency)}, limit ${money(data.limit, data.currency)}.`,
  CreditReleased: ({ data }) => `Credit of ${money(data.amount, data.currency)} released.`,
  ReceivableRecorded: ({ data }) =>
    `${money(data.amount, data.currency)} owed for the invoice, ${money(data.released, data.currency)} less reserved.`,
  ReceivableCredited: ({ data }) => `${money(data.amount, data.currency)} less owed for the invoice.`,
  ReceivableReversed: ({ data }) =>
    data.amount === '0'
      ? `${money(data.reserved, data.currency)} reserved again: the invoice was voided, and the ERP counts it until it has posted that.`
      : `${money(data.amount, data.currency)} no longer owed: the invoice was voided.`,
} satisfies Sentences;

export const sentenceOf = (event: RecordedDomainEvent): string =>
  (sentences as Sentences as Readonly<Record<string, ((event: RecordedDomainEvent) => string) | undefined>>)[
    event.type
  ]?.(event) ?? event.type;
