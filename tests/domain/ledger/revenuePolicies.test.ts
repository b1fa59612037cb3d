import { describe, expect, test } from '@jest/globals';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import { revenuePolicies } from '../../../domain/ledger/revenuePolicy.ts';
import { acceptedOrder, bearingLine, confirmation } from '../invoice/sale.ts';
import { table } from './books.ts';
import { balanceOf } from './flowBooks.ts';
import { goodsFlow } from './goodsFlow.ts';

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const bearings = (qty: string, cost: string) => ({ lineId: '10', item: 'BRG-6204', qty, cost, itemGroup: 'BEARING' });
const partsUnder = (policy: (typeof revenuePolicies)[number]) => {
  const [seven, three] = [confirmation('A', [bearings('7', '4200')]), confirmation('B', [bearings('3', '1800')])];
  const first = goodsFlow(policy, { order, shipped: seven, billing: [['10', '0', '7']], withCharges: true });
  const taxedBefore = new Map([['10', first.draft.lines[0]?.net ?? '']]);
  const second = goodsFlow(policy, { order, shipped: three, billing: [['10', '7', '3']], taxedBefore });
  return { first, second };
};

const tables = (journals: readonly JournalDraft[]) => journals.map((each) => [each.templateId, table(each)] as const);
const exactly = ({ debit, credit }: ReturnType<typeof table>) => ({ debit: credit, credit: debit });

const leaves = (role: string, amount: string) => ({ debit: { [role]: amount }, credit: { INVENTORY: amount } });
const earned = (from: string, cost: string, of: '7' | '3') => {
  const [net, discount, gross, costs] = of === '7' ? ['8050', '700', '8750', '4200'] : ['3450', '300', '3750', '1800'];
  return {
    debit: { [from]: net, SALES_DISCOUNT: discount, COGS: costs },
    credit: { REVENUE_PRODUCT: gross, [cost]: costs },
  };
};
const billed = (to: string, of: '7' | '3') =>
  of === '7'
    ? { debit: { AR_TRADE: '10214' }, credit: { [to]: '8050', REVENUE_FREIGHT: '1500', TAX_PAYABLE: '664' } }
    : { debit: { AR_TRADE: '3735' }, credit: { [to]: '3450', TAX_PAYABLE: '285' } };

describe('the worked example', () => {
  test('P-24 ON_SHIPMENT: revenue and cost are recognised when the goods leave, and the invoice bills what is receivable', () => {
    const { first, second } = partsUnder('ON_SHIPMENT');
    for (const flow of [first, second]) [flow.leave(), flow.issue(), flow.arrive()];
    expect(tables([...first.journals, ...second.journals])).toEqual([
      ['T02', leaves('DEFERRED_COGS', '4200')],
      ['T02S', earned('UNBILLED_RECEIVABLE', 'DEFERRED_COGS', '7')],
      ['T03S', billed('UNBILLED_RECEIVABLE', '7')],
      ['T02', leaves('DEFERRED_COGS', '1800')],
      ['T02S', earned('UNBILLED_RECEIVABLE', 'DEFERRED_COGS', '3')],
      ['T03S', billed('UNBILLED_RECEIVABLE', '3')],
    ]);
  });

  test('P-24 ON_DELIVERY: an invoice defers what has not arrived, and arrival without one is receivable', () => {
    const { first, second } = partsUnder('ON_DELIVERY');
    [first.leave(), first.issue(), first.arrive()];
    [second.leave(), second.arrive(), second.issue()];
    expect(tables([...first.journals, ...second.journals])).toEqual([
      ['T02D', leaves('GOODS_IN_TRANSIT_OUT', '4200')],
      ['T03D', billed('DEFERRED_REVENUE', '7')],
      ['T04D', earned('DEFERRED_REVENUE', 'GOODS_IN_TRANSIT_OUT', '7')],
      ['T02D', leaves('GOODS_IN_TRANSIT_OUT', '1800')],
      ['T04D', earned('UNBILLED_RECEIVABLE', 'GOODS_IN_TRANSIT_OUT', '3')],
      ['T03S', billed('UNBILLED_RECEIVABLE', '3')],
    ]);
  });

  test('P-24 whatever the policy, both parts end in the same books', () => {
    const ends = revenuePolicies.map((policy) => {
      const { first, second } = partsUnder(policy);
      for (const flow of [first, second]) [flow.leave(), flow.issue(), flow.arrive()];
      const all = [...first.journals, ...second.journals];
      const roles = [...new Set(all.flatMap(({ lines }) => lines.map(({ role }) => role)))].sort();
      return roles.flatMap((role) => (balanceOf(all, role) === 0n ? [] : [[role, balanceOf(all, role)]]));
    });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });

  test('O-05 every GL line leads back to order line 10 and its shipment line', () => {
    for (const policy of revenuePolicies) {
      const { first } = partsUnder(policy);
      [first.leave(), first.issue(), first.arrive()];
      for (const { lineage } of first.journals.flatMap(({ lines }) => lines))
        expect(lineage).toMatchObject({ orderLineId: '10', shipmentId: 'SH-A', shipmentLineId: '10' });
    }
  });
});

describe('what is taken back', () => {
  test('T11 T12 a void of invoice and shipment is the exact reverse of each journal, and names it', () => {
    for (const policy of ['ON_SHIPMENT', 'ON_DELIVERY'] as const) {
      const { first } = partsUnder(policy);
      const forth = [...first.leave(), ...first.issue()];
      const back = [...first.voidInvoice(), ...first.voidShipment()];
      expect(back.map(({ reversalOf }) => reversalOf).sort()).toEqual(forth.map(({ journalId }) => journalId).sort());
      for (const each of back) {
        const original = forth.find(({ journalId }) => journalId === each.reversalOf);
        expect(table(each)).toEqual(exactly(table(original as JournalDraft)));
        expect(each.lines.map(({ account, lineage }) => [account, lineage])).toEqual(
          original?.lines.map(({ account, lineage }) => [account, lineage]),
        );
      }
    }
  });

  test('an invoice that is voided when its goods have arrived leaves them earned and receivable', () => {
    const { first } = partsUnder('ON_DELIVERY');
    [first.leave(), first.issue(), first.arrive(), first.voidInvoice()];
    const followed = first.followVoid();
    expect(tables(followed)).toEqual([
      ['T04DR', exactly(earned('DEFERRED_REVENUE', 'GOODS_IN_TRANSIT_OUT', '7'))],
      ['T04D', earned('UNBILLED_RECEIVABLE', 'GOODS_IN_TRANSIT_OUT', '7')],
    ]);
    expect(first.followVoid()).toEqual([]);
    expect(balanceOf(first.journals, 'DEFERRED_REVENUE')).toBe(0n);
    expect(balanceOf(first.journals, 'UNBILLED_RECEIVABLE')).toBe(8050n);
  });

  test('goods that are back are never earned by a delivery that is told late', () => {
    const { first } = partsUnder('ON_DELIVERY');
    [first.leave(), first.voidShipment()];
    expect(first.arrive()).toEqual([]);
    expect(balanceOf(first.journals, 'GOODS_IN_TRANSIT_OUT')).toBe(0n);
  });
});
