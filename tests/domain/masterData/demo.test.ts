import { describe, expect, test } from '@jest/globals';
import { applyToCatalog } from '../../../domain/masterData/catalog.ts';
import {
  demoBusinessUnit,
  demoCustomers,
  demoItems,
  demoNodes,
  demoPriceList,
  demoTaxCodes,
} from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import { demoOpeningStock } from '../../../domain/masterData/demoStock.ts';
import {
  accountMapDecider,
  businessUnitDecider,
  customerDecider,
  itemDecider,
  nodeDecider,
  postingRulesDecider,
  priceListDecider,
  taxCodesDecider,
} from '../../../domain/masterData/masterData.ts';
import { customerReferences, itemReferences, priceListReferences } from '../../../domain/masterData/references.ts';
import { catalogAfter, demoEvents } from './world.ts';

describe('the demonstration distributor', () => {
  test('every definition is accepted in the order in which the seed sends them', () => {
    const accepted = [
      businessUnitDecider.decide({ type: 'Define', definition: demoBusinessUnit }, businessUnitDecider.initial),
      ...demoNodes.map((definition) => nodeDecider.decide({ type: 'Define', definition }, nodeDecider.initial)),
      ...demoItems.map((definition) => itemDecider.decide({ type: 'Define', definition }, itemDecider.initial)),
      priceListDecider.decide({ type: 'Define', definition: demoPriceList }, priceListDecider.initial),
      ...demoCustomers.map((definition) =>
        customerDecider.decide({ type: 'Define', definition }, customerDecider.initial),
      ),
      accountMapDecider.decide({ type: 'Define', definition: demoAccountMap }, accountMapDecider.initial),
      postingRulesDecider.decide({ type: 'Define', definition: demoPostingRules }, postingRulesDecider.initial),
      taxCodesDecider.decide({ type: 'Define', definition: demoTaxCodes }, taxCodesDecider.initial),
    ];
    expect(accepted.filter((outcome) => 'refused' in outcome)).toEqual([]);
    const [unit, ...later] = demoEvents;
    let catalog = catalogAfter(...(unit === undefined ? [] : [unit]));
    const wrong = later.flatMap((event) => {
      const before = catalog;
      catalog = applyToCatalog(catalog, event);
      if (event.type === 'ItemDefined') return itemReferences(event.data, before);
      if (event.type === 'CustomerDefined') return customerReferences(event.data, before);
      return event.type === 'PriceListDefined' ? priceListReferences(event.data, before) : [];
    });
    expect(wrong).toEqual([]);
  });

  test('every stocked item but BRG-6204 has opening stock, each under a reference of its own', () => {
    const stocked = new Set(demoOpeningStock.map((receipt) => receipt.item));
    const missing = demoItems.filter((item) => item.kind === 'STOCK' && !stocked.has(item.item));
    expect(missing.map((item) => item.item)).toEqual(['BRG-6204']);
    expect(new Set(demoOpeningStock.map((receipt) => receipt.reference)).size).toBe(demoOpeningStock.length);
  });
});
