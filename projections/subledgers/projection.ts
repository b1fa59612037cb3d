import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { costWaitsIn } from '../../domain/ledger/revenuePolicy.ts';
import { defineProjection, orderIdOf, reflecting } from '../projection.ts';
import { add, dayAt, type SubledgerRows, type SubledgerSets } from './entries.ts';
import { costOf, costsBack, creditedGoods, giftsBack, issuedGoods, lostGoods, recognisedGoods } from './goods.ts';
import { transferClosed, transferred } from './goodsBetween.ts';
import {
  acceptancesVoided,
  creditTaxCommitted,
  taxAccepted,
  taxCommitted,
  taxDocument,
  taxMismatched,
  taxVoided,
} from './taxEntries.ts';

/** Net by which it is receivable, and the cost that is recognised with it. */
const accrual = (
  event: RecordedOf<'AccrualRecorded' | 'AccrualReversed'>,
  rows: SubledgerSets,
  kind: 'ACCRUED' | 'ACCRUAL_REVERSED',
): void => {
  const { day, currency, shipmentId: document, gross, discount, cost } = event.data;
  const sign = kind === 'ACCRUED' ? 1n : -1n;
  const net = BigInt(gross) - BigInt(discount);
  add(event, rows, [
    { pair: 'UNBILLED_RECEIVABLE', kind, day, currency, amount: sign * net, document },
    { pair: 'DEFERRED_COGS', kind, day, currency, amount: -sign * BigInt(cost), document },
  ]);
};

/** A deposit pays a receivable, or is a deposit again. */
const deposited = (
  event: RecordedOf<'DepositApplied' | 'DepositReleased'>,
  rows: SubledgerSets,
  kind: 'APPLIED' | 'RELEASED',
): void => {
  const { day, currency, invoiceId, deposit } = event.data;
  const amount = (kind === 'APPLIED' ? -1n : 1n) * BigInt(event.data.amount);
  add(event, rows, [
    { pair: 'AR', kind, day, currency, amount, document: invoiceId },
    { pair: 'CUSTOMER_DEPOSIT', kind, day, currency, amount, document: deposit.depositId },
  ]);
};

const bus = (event: RecordedDomainEvent): readonly string[] => [event.metadata.partition.bu];

const clockLane = (event: RecordedDomainEvent): string => `clock:${event.metadata.partition.bu}`;

const laneOf = (event: RecordedDomainEvent): string => {
  if (event.type === 'BusinessUnitDefined') return clockLane(event);
  const isTransfer = event.type === 'StockTransferred' || event.type === 'TransferClosed';
  return isTransfer ? `transfer:${event.data.transferId}` : `order:${orderIdOf(event)}`;
};

/**
 * What documents and accruals themselves say is receivable, deferred and owed as tax, entry by entry. Made without the posting
 * function, so that the tie-out compares two ways to the same sum. Stock's own entries are with the stock positions.
 */
export const subledgers = defineProjection<SubledgerRows>({
  name: 'subledgers',
  version: 1,
  money: [{ table: 'subledger_entry', by: ['bu', 'pair', 'period', 'currency'], sums: ['amount'] }],
  replayIndexes: ['subledger_entry_document'],
  tables: {
    entries: {
      name: 'subledger_entry',
      columns: [
        'entry_position',
        'entry_no',
        'pair',
        'kind',
        'day',
        'period',
        'currency',
        'amount',
        'document',
        'order_id',
        'jurisdiction',
        ...(['node', 'item', 'qty'] as const),
        'bu',
        'position',
        'updated_at',
      ],
      key: ['entry_position', 'entry_no'],
      group: 'document',
    },
    clocks: {
      name: 'subledger_clock',
      columns: ['bu', 'time_zone', 'position', 'updated_at'],
      key: ['bu'],
      group: 'bu',
    },
  },
  needs: {
    entries: taxDocument,
    clocks: bus,
  },
  laneOf,
  waitsFor: (event) => [clockLane(event)],
  on: {
    BusinessUnitDefined: (event, { clocks }) =>
      clocks.put({ bu: event.data.bu, time_zone: event.data.timeZone, ...reflecting(event) }),
    ShipmentConfirmed: (event, rows) => {
      const { currency, lines, shipmentId } = event.data;
      const day = dayAt(event, rows, event.data.shippedAt);
      const shipped = { kind: 'SHIPPED', day, currency, amount: costOf(lines), document: shipmentId } as const;
      const isSuppliers = event.data.kind === 'DROPSHIP';
      add(event, rows, [
        { pair: costWaitsIn(event.data.revenuePolicy), ...shipped },
        ...(isSuppliers ? [{ pair: 'DROPSHIP_ACCRUAL', ...shipped } as const] : []),
      ]);
    },
    SupplierBillMatched: (event, rows) => {
      const { billDate: day, currency, accrued, shipmentId: document } = event.data;
      add(event, rows, [
        { pair: 'DROPSHIP_ACCRUAL', kind: 'BILLED', day, currency, amount: -BigInt(accrued), document },
      ]);
    },
    ShipmentVoided: (event, rows) => {
      const { currency, shipmentId } = event.data;
      const day = dayAt(event, rows, event.metadata.occurredAt);
      const returned = { kind: 'RETURNED', day, currency, document: shipmentId } as const;
      const given = { kind: 'GIVEN_AWAY', day, currency, document: shipmentId } as const;
      add(event, rows, [
        ...costsBack(event.data).map(({ pair, cost }) => ({ pair, ...returned, amount: -cost })),
        ...giftsBack(event.data).map(({ pair, cost }) => ({ pair, ...given, amount: cost })),
      ]);
    },
    OvershipmentResolved: (event, rows) => {
      const { outcome, currency, cost, shipmentId: document, revenuePolicy } = event.data;
      if (outcome !== 'GIFT') return;
      const day = dayAt(event, rows, event.data.resolvedAt);
      const pair = costWaitsIn(revenuePolicy);
      add(event, rows, [{ pair, kind: 'GIVEN_AWAY', day, currency, amount: -BigInt(cost), document }]);
    },
    ShipmentLossSettled: (event, rows) => {
      const { currency, lines, shipmentId: document, liability } = event.data;
      const day = dayAt(event, rows, event.metadata.occurredAt);
      const lost = { kind: 'LOST', day, currency, document } as const;
      const amount = lines.reduce((sum, { unbilledCost }) => sum + BigInt(unbilledCost), 0n);
      add(event, rows, [
        ...lostGoods(lines).map(({ pair, cost }) => ({ pair, ...lost, amount: -cost })),
        ...(liability === 'CARRIER' ? [{ pair: 'CARRIER_CLAIM', ...lost, amount } as const] : []),
      ]);
    },
    ShipmentLossReassigned: (event, rows) => {
      const { currency, lines, shipmentId: document, to } = event.data;
      const day = dayAt(event, rows, event.metadata.occurredAt);
      const amount = (to === 'CARRIER' ? 1n : -1n) * costOf(lines);
      add(event, rows, [{ pair: 'CARRIER_CLAIM', kind: 'REASSIGNED', day, currency, amount, document }]);
    },
    InvoiceIssued: (event, rows) => {
      const { issueDate: day, currency, totals, invoiceId: document } = event.data;
      add(event, rows, [
        { pair: 'AR', kind: 'ISSUED', day, currency, amount: BigInt(totals.total), document },
        issuedGoods(event.data, day, 'RECOGNISED', 1n),
        { pair: 'TAX_PAYABLE', kind: 'ISSUED', day, currency, amount: BigInt(totals.tax), document },
      ]);
    },
    InvoiceVoided: (event, rows) => {
      const { voidDate: day, issued, invoiceId: document } = event.data;
      const { currency, totals } = issued;
      add(event, rows, [
        { pair: 'AR', kind: 'VOIDED', day, currency, amount: -BigInt(totals.total), document },
        issuedGoods(issued, day, 'VOIDED', -1n),
        { pair: 'TAX_PAYABLE', kind: 'VOIDED', day, currency, amount: -BigInt(totals.tax), document },
        ...acceptancesVoided(event.data),
      ]);
    },
    RevenueRecognised: (event, rows) => add(event, rows, recognisedGoods(event.data, event.data.day, 'RECOGNISED')),
    RevenueReversed: (event, rows) =>
      add(event, rows, recognisedGoods(event.data.recognised, event.data.day, 'RECOGNITION_REVERSED')),
    CreditMemoIssued: (event, rows) => {
      const { issueDate: day, currency, totals, invoiceId, creditMemoId, loss, lines } = event.data;
      const claimed =
        loss?.liability === 'CARRIER' ? lines.reduce((sum, { cost = '0' }) => sum + BigInt(cost), 0n) : 0n;
      const claim = { pair: 'CARRIER_CLAIM', kind: 'CREDITED', day, currency, amount: claimed } as const;
      add(event, rows, [
        ...(loss === undefined ? [] : [{ ...claim, document: invoiceId }, ...creditedGoods(event.data)]),
        { pair: 'AR', kind: 'CREDITED', day, currency, amount: -BigInt(totals.total), document: invoiceId },
        { pair: 'TAX_PAYABLE', kind: 'CREDITED', day, currency, amount: -BigInt(totals.tax), document: creditMemoId },
      ]);
    },
    DepositReceived: (event, rows) => {
      const { currency, depositId: document, receivedAt } = event.data;
      const amount = BigInt(event.data.amount);
      const day = dayAt(event, rows, receivedAt);
      add(event, rows, [{ pair: 'CUSTOMER_DEPOSIT', kind: 'RECEIVED', day, currency, amount, document }]);
    },
    DepositRefunded: (event, rows) => {
      const { refundedOn: day, currency, depositId: document } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'CUSTOMER_DEPOSIT', kind: 'REFUNDED', day, currency, amount, document }]);
    },
    DepositApplied: (event, rows) => deposited(event, rows, 'APPLIED'),
    DepositReleased: (event, rows) => deposited(event, rows, 'RELEASED'),
    StockTransferred: transferred,
    TransferClosed: transferClosed,
    PaymentRecorded: (event, rows) => {
      const { invoiceId: document, currency, paidAt } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'PAID', day: dayAt(event, rows, paidAt), currency, amount, document }]);
    },
    InvoiceWrittenOff: (event, rows) => {
      const { invoiceId: document, currency, writtenOffOn: day } = event.data;
      const amount = -BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'WRITTEN_OFF', day, currency, amount, document }]);
    },
    WriteOffReversed: (event, rows) => {
      const { invoiceId: document, currency, day } = event.data;
      const amount = BigInt(event.data.amount);
      add(event, rows, [{ pair: 'AR', kind: 'WRITE_OFF_REVERSED', day, currency, amount, document }]);
    },
    CreditTaxCommitted: creditTaxCommitted,
    AccrualRecorded: (event, rows) => accrual(event, rows, 'ACCRUED'),
    AccrualReversed: (event, rows) => accrual(event, rows, 'ACCRUAL_REVERSED'),
    TaxCommitted: taxCommitted,
    TaxCommitMismatch: taxMismatched,
    TaxMismatchAccepted: taxAccepted,
    TaxVoided: taxVoided,
  },
});
