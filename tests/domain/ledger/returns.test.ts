import { describe, expect, test } from '@jest/globals';
import type { Disposition, ReturnInspected } from '../../../domain/returns/events.ts';
import { recorded } from '../invoice/sale.ts';
import { contextWith, demoMap, demoRules, journalsOf, onlyJournal } from './books.ts';

const data: ReturnInspected['data'] = {
  ...{ rmaId: 'RMA-1', bu: 'ACME', orderId: 'O1', shipmentId: 'SH-A', node: 'DC-EAST', soldTo: 'C-1001' },
  ...{ currency: 'USD', sale: { channel: 'portal', customerGroup: 'RETAIL', region: 'US-TX' } },
  ...{ inspectionId: 'IN-1', contentSha256: 'x', inspectedAt: '2026-11-25T10:00:00.000Z', inspectedBy: 'lee' },
  ...{ shipmentLineId: '10', lineId: '10', item: 'BRG-6204', itemGroup: 'BEARING' },
  ...{ qty: '2', disposition: 'RESTOCK', unitCost: '6.00', cost: '1200' },
};

const inspected = (disposition: Disposition, from?: 'QUARANTINE') =>
  recorded({
    type: 'ReturnInspected',
    data: { ...data, disposition, ...(from === undefined ? {} : { from }) },
  });

describe('goods that came back', () => {
  test.each([
    ['RESTOCK', undefined, 'T09', ['INVENTORY', '1200', '0'], ['COGS', '0', '1200']],
    ['QUARANTINE', undefined, 'T09Q', ['INVENTORY_RETURNS', '1200', '0'], ['COGS', '0', '1200']],
    ['RESTOCK', 'QUARANTINE', 'T09Q', ['INVENTORY', '1200', '0'], ['INVENTORY_RETURNS', '0', '1200']],
    ['SCRAP', 'QUARANTINE', 'T09Q', ['SCRAP', '1200', '0'], ['INVENTORY_RETURNS', '0', '1200']],
    ['SCRAP', undefined, 'T09S', ['SCRAP', '1200', '0'], ['COGS', '0', '1200']],
    ['KEEP', undefined, 'T09S', ['GOODWILL', '1200', '0'], ['COGS', '0', '1200']],
    ['RETURN_TO_VENDOR', undefined, 'T09V', ['GRNI', '1200', '0'], ['COGS', '0', '1200']],
  ] as const)('%s from %s is %s at the cost they left with', (disposition, from, templateId, ...lines) => {
    const journal = onlyJournal(inspected(disposition, from));
    expect(journal).toMatchObject({ templateId, state: 'READY', documentRef: 'RMA-1', orderId: 'O1' });
    expect(journal.lines.map(({ role, debit, credit }) => [role, debit, credit])).toEqual(lines);
    expect(journal.lines[0]?.lineage).toMatchObject({ orderLineId: '10', shipmentId: 'SH-A', shipmentLineId: '10' });
  });

  test('are posted on the day of the inspection, where the business unit is', () => {
    const late = { ...data, inspectedAt: '2026-11-26T03:00:00.000Z' };
    const businessUnit = { ...contextWith().businessUnit, timeZone: 'America/Chicago' };
    const journal = onlyJournal(recorded({ type: 'ReturnInspected', data: late }), { businessUnit });
    expect(journal.accountingDate).toBe('2026-11-25');
  });

  test('relieve COGS in the account that the invoice debited, also where that depends on the sale', () => {
    const match = { customerGroup: 'RETAIL', channel: 'portal', itemGroup: 'BEARING', customer: 'C-1001' };
    const accountMap = { ...demoMap, rules: [...demoMap.rules, { role: 'COGS', account: '5010', match }] };
    expect(onlyJournal(inspected('RESTOCK'), contextWith({ accountMap })).lines[1]).toMatchObject({
      ...{ role: 'COGS', account: '5010' },
    });
  });

  test('are posted by nothing where the rules leave their template out', () => {
    const postingRules = { ...demoRules, templates: ['T02', 'T03', 'T09'] };
    expect(journalsOf(inspected('SCRAP'), contextWith({ postingRules }))).toEqual([]);
    expect(journalsOf(inspected('RESTOCK'), contextWith({ postingRules }))).toHaveLength(1);
  });
});
