import { describe, expect, test } from '@jest/globals';
import type { SupplierBillMatched } from '../../../domain/dropShip/events.ts';
import type { ShipmentConfirmed } from '../../../domain/shipment/events.ts';
import { recorded } from '../invoice/sale.ts';
import { onlyJournal } from './books.ts';

const of = { bu: 'ACME', orderId: 'O1', shipmentId: 'SH-1' };

const confirmed: ShipmentConfirmed['data'] = {
  ...{ ...of, kind: 'DROPSHIP', node: 'SUP-NORD', releaseId: 'PO-1', soldTo: 'C-1001', currency: 'USD' },
  ...{ confirmationId: 'ASN-1', contentSha256: 'x', shippedAt: '2026-11-25T10:00:00.000Z', tracking: [] },
  lines: [
    {
      ...{ lineId: '10', shipmentLineId: '10', item: 'MOTOR-1HP', itemGroup: 'MOTOR', reservationId: 'R1', qty: '2' },
      ...{ excess: '0', lots: [], serials: [], unitCost: '140.00', cost: '28000' },
    },
  ],
};

const matched = (billed: string, variance: string): SupplierBillMatched['data'] => ({
  ...{ ...of, poId: 'PO-1', supplier: 'SUP-NORD', billId: 'B1', contentSha256: 'x', billDate: '2026-11-30' },
  ...{ currency: 'USD', billed, accrued: '28000', variance },
  lines: [{ lineId: '10', item: 'MOTOR-1HP', itemGroup: 'MOTOR', qty: '2', billed, accrued: '28000', variance }],
});

const amountsOf = ({ lines }: ReturnType<typeof onlyJournal>) =>
  lines.map(({ role, debit, credit }) => [role, debit, credit]);

describe('drop-shipped goods', () => {
  test('T13: were never our stock; what will be billed for them is accrued until revenue is recognised', () => {
    const journal = onlyJournal(recorded({ type: 'ShipmentConfirmed', data: confirmed }));
    expect(journal).toMatchObject({ templateId: 'T13', state: 'READY', documentRef: 'SH-1' });
    expect(amountsOf(journal)).toEqual([
      ['DEFERRED_COGS', '28000', '0'],
      ['DROPSHIP_ACCRUAL', '0', '28000'],
    ]);
  });

  test.each([
    ['29000', '1000', ['COGS_VARIANCE', '1000', '0']],
    ['27500', '-500', ['COGS_VARIANCE', '0', '500']],
  ] as const)('T13M: a bill of %s relieves the accrual, the difference of %s is a variance', (billed, variance, line) => {
    const journal = onlyJournal(recorded({ type: 'SupplierBillMatched', data: matched(billed, variance) }));
    expect(journal).toMatchObject({
      templateId: 'T13M',
      accountingDate: '2026-11-30',
      documentRef: 'B1',
      orderId: 'O1',
    });
    expect(amountsOf(journal)).toEqual([['DROPSHIP_ACCRUAL', '28000', '0'], line, ['AP_CLEARING', '0', billed]]);
    expect(journal.lines[0]?.lineage).toMatchObject({ orderLineId: '10', shipmentId: 'SH-1', shipmentLineId: '10' });
  });

  test('T13M: a bill as ordered has no variance', () => {
    const journal = onlyJournal(recorded({ type: 'SupplierBillMatched', data: matched('28000', '0') }));
    expect(amountsOf(journal).map(([role]) => role)).toEqual(['DROPSHIP_ACCRUAL', 'AP_CLEARING']);
  });
});
