import { describe, expect, test } from '@jest/globals';
import { acceptedOrder, bearingLine, confirmation, draftOf, issuedInvoice, recorded, taxOf } from '../invoice/sale.ts';
import { journalsOf, onlyJournal, table } from './books.ts';

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const first = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200', itemGroup: 'BEARING' }]);
const second = confirmation('B', [{ lineId: '10', item: 'BRG-6204', qty: '3', cost: '1800', itemGroup: 'BEARING' }]);

const draft1 = draftOf('INV-A', order, first, [['10', '0', '7']], true);
const draft2 = draftOf('INV-B', order, second, [['10', '7', '3']]);
const invoice1 = issuedInvoice(draft1, 'INV-000001', taxOf(draft1));
const invoice2 = issuedInvoice(draft2, 'INV-000002', taxOf(draft2, new Map([['10', draft1.lines[0]?.net ?? '']])));

describe('the worked example of the ledger specification', () => {
  test('P-21 P-24 ship 7, invoice 7, ship 3, invoice 3: the journals equal the table to the minor unit', () => {
    const tables = [
      table(onlyJournal(recorded({ type: 'ShipmentConfirmed', data: first }))),
      table(onlyJournal(recorded({ type: 'InvoiceIssued', data: invoice1 }))),
      table(onlyJournal(recorded({ type: 'ShipmentConfirmed', data: second }))),
      table(onlyJournal(recorded({ type: 'InvoiceIssued', data: invoice2 }))),
    ];
    expect(tables).toEqual([
      { debit: { DEFERRED_COGS: '4200' }, credit: { INVENTORY: '4200' } },
      {
        debit: { AR_TRADE: '10214', SALES_DISCOUNT: '700', COGS: '4200' },
        credit: { REVENUE_PRODUCT: '8750', REVENUE_FREIGHT: '1500', TAX_PAYABLE: '664', DEFERRED_COGS: '4200' },
      },
      { debit: { DEFERRED_COGS: '1800' }, credit: { INVENTORY: '1800' } },
      {
        debit: { AR_TRADE: '3735', SALES_DISCOUNT: '300', COGS: '1800' },
        credit: { REVENUE_PRODUCT: '3750', TAX_PAYABLE: '285', DEFERRED_COGS: '1800' },
      },
    ]);
  });

  test('both invoices together are the invoice of 10', () => {
    expect([invoice1.totals, invoice2.totals]).toEqual([
      { gross: '8750', discount: '700', charges: '1500', tax: '664', total: '10214' },
      { gross: '3750', discount: '300', charges: '0', tax: '285', total: '3735' },
    ]);
  });

  test('O-05 every GL line leads back to order line 10', () => {
    const events = [
      recorded({ type: 'ShipmentConfirmed', data: first }),
      recorded({ type: 'InvoiceIssued', data: invoice1 }),
    ];
    for (const line of events.flatMap((event) => onlyJournal(event).lines)) {
      expect(line.lineage).toMatchObject({
        orderId: order.orderId,
        orderLineId: '10',
        shipmentId: 'SH-A',
        shipmentLineId: '10',
      });
    }
    const [receivable] = onlyJournal(recorded({ type: 'InvoiceIssued', data: invoice1 })).lines;
    expect(receivable?.lineage).toMatchObject({ invoiceId: 'INV-A', invoiceLineId: '1' });
  });

  test('T11 a voided invoice is the exact reverse, linked to the journal that it reverses', () => {
    const issued = recorded({ type: 'InvoiceIssued', data: invoice1 });
    const original = onlyJournal(issued);
    const { invoiceId, orderId, bu, number } = invoice1;
    const data = {
      invoiceId,
      orderId,
      bu,
      number,
      voidDate: '2026-11-25',
      reason: 'wrong customer',
      issuedEventId: issued.eventId,
      issued: invoice1,
    };
    const reversal = onlyJournal(recorded({ type: 'InvoiceVoided', data }));
    expect(reversal).toMatchObject({ templateId: 'T11', reversalOf: original.journalId, accountingDate: '2026-11-25' });
    expect(table(reversal)).toEqual({ debit: table(original).credit, credit: table(original).debit });
    expect(reversal.lines.map((line) => [line.account, line.dimensions, line.lineage])).toEqual(
      original.lines.map((line) => [line.account, line.dimensions, line.lineage]),
    );
  });

  test('T12 a voided shipment is the exact reverse of all its confirmations', () => {
    const shipped = recorded({ type: 'ShipmentConfirmed', data: first });
    const { shipmentId, orderId, bu, node, currency, lines } = first;
    const data = {
      shipmentId,
      orderId,
      bu,
      node,
      currency,
      reason: 'never left',
      confirmationIds: ['A'],
      confirmed: [{ confirmationId: 'A', eventId: shipped.eventId, position: shipped.position }],
      lines: lines.map((line) => ({ ...line, confirmationId: 'A' })),
    };
    const reversal = onlyJournal(recorded({ type: 'ShipmentVoided', data }));
    expect(table(reversal)).toEqual({ debit: { INVENTORY: '4200' }, credit: { DEFERRED_COGS: '4200' } });
    expect(reversal.reversalOf).toBe(onlyJournal(shipped).journalId);
  });

  test('T12 a shipment that was confirmed twice has two reversals, each of its own T02', () => {
    const a = recorded({ type: 'ShipmentConfirmed', data: first });
    const b = recorded({ type: 'ShipmentConfirmed', data: { ...first, confirmationId: 'B' } });
    const { shipmentId, orderId, bu, node, currency, lines } = first;
    const confirmed = [a, b].map(({ eventId, position }, n) => ({ confirmationId: 'AB'.charAt(n), eventId, position }));
    const data = {
      shipmentId,
      orderId,
      bu,
      node,
      currency,
      reason: 'never left',
      confirmationIds: ['A', 'B'],
      confirmed,
      lines: ['A', 'B'].flatMap((confirmationId) => lines.map((line) => ({ ...line, confirmationId }))),
    };
    const reversals = journalsOf(recorded({ type: 'ShipmentVoided', data }));
    expect(reversals.map((each) => each.reversalOf)).toEqual([onlyJournal(a).journalId, onlyJournal(b).journalId]);
    expect(new Set(reversals.map((each) => each.journalId)).size).toBe(2);
    for (const each of reversals)
      expect(table(each)).toEqual({ debit: { INVENTORY: '4200' }, credit: { DEFERRED_COGS: '4200' } });
  });
});
