import {
  demoBusinessUnit,
  demoCustomers,
  demoItems,
  demoNodes,
  demoPriceList,
  demoTaxCodes,
} from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import { bu, currency, draft, type History, ledger, period, streamOf } from './draft.ts';
import { customerOf, customersCount, itemOf, itemsCount, nodeOf } from './plan.ts';

const hash = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b';
const first = { version: 1 } as const;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

function* goods(): History {
  const [sample] = demoItems;
  if (sample === undefined) throw new Error('the demonstration has items');
  for (const n of numbers(itemsCount)) {
    const item = itemOf(n);
    const node = nodeOf(n);
    const about = { ...sample, ...first, item, description: `Item ${n}`, group: 'GENERAL', conversions: [] };
    yield [draft(streamOf('item', item), 'ItemDefined', about)];
    const receipt = { reference: `OPENING-${item}`, qty: '1000000000', status: 'SELLABLE', unitCost: '6.00' } as const;
    const cost = { unitCost: '6.00', currency, method: 'MOVING_AVERAGE', source: receipt.reference } as const;
    yield [
      draft(streamOf('stock', node, item), 'StockReceived', { bu, node, item, ...receipt, currency }),
      draft(streamOf('stock', node, item), 'UnitCostSet', { bu, node, item, ...cost }),
    ];
  }
}

function* customers(): History {
  const [sample] = demoCustomers;
  if (sample === undefined) throw new Error('the demonstration has customers');
  for (const n of numbers(customersCount)) {
    const customer = customerOf(n);
    const about = { ...sample, ...first, customer, name: `Customer ${n}`, billTo: customer };
    yield [draft(streamOf('customer', customer), 'CustomerDefined', about)];
    yield [draft(streamOf('credit', customer), 'CreditLimitSet', { bu, customer, currency, limit: '900000000000000' })];
  }
}

/** The demonstration distributor's rules and accounts, with more customers and items, and stock that does not run out. */
export function* opening(): History {
  yield [draft(streamOf('bu', 'profile'), 'BusinessUnitDefined', { ...demoBusinessUnit, ...first })];
  for (const node of demoNodes) yield [draft(streamOf('node', node.node), 'NodeDefined', { ...node, ...first })];
  yield [draft(streamOf('pricelist', 'LIST-USD'), 'PriceListDefined', { ...demoPriceList, ...first })];
  yield [
    draft(streamOf('policy', 'accounts'), 'AccountMapPublished', { ...demoAccountMap, ...first, contentSha256: hash }),
    draft(streamOf('policy', 'posting'), 'PostingRulesPublished', {
      ...demoPostingRules,
      ...first,
      contentSha256: hash,
    }),
    draft(streamOf('policy', 'taxcodes'), 'TaxCodesPublished', { ...demoTaxCodes, ...first, contentSha256: hash }),
  ];
  const days = { firstDay: '2026-11-01', lastDay: '2026-11-30' };
  yield [draft(streamOf('period', ledger, period), 'PeriodOpened', { bu, ledger, period, ...days })];
  yield* goods();
  yield* customers();
}
