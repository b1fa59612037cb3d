import { applyToCatalog, type Catalog, emptyCatalog } from '../../../domain/masterData/catalog.ts';
import {
  demoBusinessUnit,
  demoCustomers,
  demoItems,
  demoNodes,
  demoPriceList,
  demoTaxCodes,
} from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import type { MasterDataEvent } from '../../../domain/masterData/events.ts';

const version = 1;
const hashed = { version, contentSha256: '' };

export const demoEvents: readonly MasterDataEvent[] = [
  { type: 'BusinessUnitDefined', data: { ...demoBusinessUnit, version } },
  ...demoNodes.map((node): MasterDataEvent => ({ type: 'NodeDefined', data: { ...node, version } })),
  ...demoItems.map((item): MasterDataEvent => ({ type: 'ItemDefined', data: { ...item, version } })),
  { type: 'PriceListDefined', data: { ...demoPriceList, version } },
  ...demoCustomers.map((customer): MasterDataEvent => ({ type: 'CustomerDefined', data: { ...customer, version } })),
  { type: 'AccountMapPublished', data: { ...demoAccountMap, ...hashed } },
  { type: 'PostingRulesPublished', data: { ...demoPostingRules, ...hashed } },
  { type: 'TaxCodesPublished', data: { ...demoTaxCodes, ...hashed } },
];

export const catalogAfter = (...events: readonly MasterDataEvent[]): Catalog =>
  events.reduce((catalog, event) => applyToCatalog(catalog, event), emptyCatalog);

export const demoCatalog = catalogAfter(...demoEvents);
