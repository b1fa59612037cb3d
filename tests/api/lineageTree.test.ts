import { expect, test } from '@jest/globals';
import { lineageText } from '../../api/cli/lineageTree.ts';
import type { LineageView } from '../../projections/lineage/queries.ts';

const margin = (currency: string) => ({
  ...{ currency, revenue: '12500', discount: '1000', credited: '0', cost: '6000', margin: '5500' },
});

const view = (summary: Partial<LineageView['summary']>): LineageView => ({
  root: 'order:O1',
  summary: {
    ...{ orderLine: null, ordered: '10', shipped: '10', invoiced: '10', complete: true },
    ...margin('USD'),
    ...summary,
  },
  nodes: [
    {
      ...{ id: 'gl-line:J1:1', bu: 'ACME', type: 'GL_LINE', label: 'FREIGHT_EXPENSE', at: '2026-11-23T08:30:00Z' },
      ...{ debit: '900', credit: '0', currency: 'JPY', state: 'HELD' },
    },
  ],
  edges: [],
  decisions: [],
  gaps: [],
  truncated: false,
});

const said = (summary: Partial<LineageView['summary']>): string => lineageText(view(summary), () => false);

test('money is written with the places of its currency', () => {
  expect(said({})).toContain('debit 900 JPY');
  expect(said({})).toContain('revenue 125.00 USD, discount 10.00 USD, cost 60.00 USD, margin 55.00 USD');
  const back = said({ credited: '2500', margin: '3000' });
  expect(back).toContain('discount 10.00 USD, credited 25.00 USD, cost 60.00 USD, margin 30.00 USD');
});

test('sums of several currencies are told one by one', () => {
  const text = said({ margins: [margin('KWD'), margin('USD')] });
  expect(text).toContain('revenue 12.500 KWD, discount 1.000 KWD, cost 6.000 KWD, margin 5.500 KWD');
  expect(text).toContain('revenue 125.00 USD');
});
