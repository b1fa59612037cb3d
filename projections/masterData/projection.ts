import type { LateSupplyRules } from '../../domain/availability/lateSupply.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { defineProjection, type Reflects, reflecting, type Sets } from '../projection.ts';
import type { Table } from '../table.ts';
import { type DefinitionRow, definitionRow } from './definitions.ts';
import {
  applied,
  type PromotionRow,
  partlyInForce,
  promotionsNamed,
  promotionTable,
  proposed,
} from './promotionRows.ts';

type Definition = Reflects & { readonly version: number; readonly content: unknown };
/** `late_supply`: the rules that it has published last; null: none. Here because every availability check asks for them. */
type BusinessUnitRow = Definition & { readonly late_supply: LateSupplyRules | null };
type ItemRow = Definition & {
  readonly item: string;
  readonly item_group: string;
  readonly active: boolean;
  /** The items that stand for it and that it stands for; null: none. */
  readonly mutual: readonly string[] | null;
};
type NodeRow = Definition & { readonly node: string; readonly priority: number; readonly active: boolean };
type CustomerRow = Definition & { readonly customer: string; readonly active: boolean };

type PolicyRow = Reflects & { readonly kind: string; readonly version: number };

type MasterDataRows = {
  readonly promotions: PromotionRow;
  readonly businessUnits: BusinessUnitRow;
  readonly items: ItemRow;
  readonly nodes: NodeRow;
  readonly customers: CustomerRow;
  readonly policies: PolicyRow;
  readonly definitions: DefinitionRow;
};

const common = ['bu', 'version', 'content', 'position', 'updated_at'] as const;

const tables: { readonly [Name in keyof MasterDataRows]: Table<MasterDataRows[Name]> } = {
  businessUnits: { name: 'business_unit', columns: [...common, 'late_supply'], key: ['bu'], group: 'bu' },
  items: {
    name: 'item',
    columns: [...common, 'item', 'item_group', 'active', 'mutual'],
    key: ['bu', 'item'],
    group: 'item',
  },
  nodes: {
    name: 'node',
    columns: [...common, 'node', 'priority', 'active'],
    key: ['bu', 'node'],
    group: 'node',
  },
  customers: {
    name: 'customer',
    columns: [...common, 'customer', 'active'],
    key: ['bu', 'customer'],
    group: 'customer',
  },
  policies: {
    name: 'policy_version',
    columns: ['bu', 'kind', 'version', 'position', 'updated_at'],
    key: ['bu', 'kind', 'position'],
  },
  promotions: promotionTable,
  definitions: {
    name: 'definition',
    columns: [...common, 'kind', 'id', 'defined_by'],
    key: ['bu', 'kind', 'id', 'version'],
  },
};

const definition = (
  event: RecordedDomainEvent & { readonly data: { readonly bu: string; readonly version: number } },
): Definition => ({
  bu: event.data.bu,
  version: event.data.version,
  content: event.data,
  ...reflecting(event),
});

/** A policy that postings and prices follow has got a new version. */
const publish = (
  event: Parameters<typeof definition>[0],
  { policies }: Pick<Sets<MasterDataRows>, 'policies'>,
  kind: string,
): void => policies.put({ bu: event.data.bu, kind, version: event.data.version, ...reflecting(event) });

const named =
  (name: 'bu' | 'item' | 'node' | 'customer') =>
  (event: RecordedDomainEvent): readonly string[] => {
    const value = (event.data as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? [value] : [];
  };

/** Each definition replaces its predecessor whole; what was in force before stays among the definitions. */
export const masterData = defineProjection<MasterDataRows>({
  name: 'master_data',
  version: 1,
  tables,
  needs: {
    ...{ businessUnits: named('bu'), items: named('item'), nodes: named('node'), customers: named('customer') },
    promotions: promotionsNamed,
  },
  laneOf: (event) => event.stream,
  on: {
    BusinessUnitDefined: (event, rows) => {
      const known = rows.businessUnits.get(event.data.bu);
      rows.businessUnits.put({ ...definition(event), late_supply: known?.late_supply ?? null });
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'business-unit');
      partlyInForce(event, rows);
    },
    PostingRulesPublished: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'posting');
      partlyInForce(event, rows);
    },
    AccountMapPublished: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'accounts');
      partlyInForce(event, rows);
    },
    TaxCodesPublished: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'tax-codes');
      partlyInForce(event, rows);
    },
    LateSupplyPublished: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'late-supply');
      partlyInForce(event, rows);
      const unit = rows.businessUnits.get(event.data.bu);
      const { cushionDays, pastDueSupplyDays, lateSlipDays, toleranceDays, lateLines, tell } = event.data;
      const rules = { cushionDays, pastDueSupplyDays, lateSlipDays, toleranceDays, lateLines, tell };
      if (unit !== undefined) rows.businessUnits.put({ ...unit, late_supply: rules, ...reflecting(event) });
    },
    IntercompanyPublished: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, 'intercompany');
    },
    PriceListDefined: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      publish(event, rows, `prices:${event.data.priceListId}`);
    },
    ItemDefined: (event, { items, definitions }) => {
      definitions.put(definitionRow(event));
      const { item, group, active, substitutes = [] } = event.data;
      const mutual = substitutes.filter(({ direction }) => direction === 'BOTH').map((each) => each.item);
      const others = mutual.length === 0 ? null : mutual;
      items.put({ ...definition(event), item, item_group: group, active, mutual: others });
    },
    NodeDefined: (event, { nodes, definitions }) => {
      definitions.put(definitionRow(event));
      const { node, priority, active } = event.data;
      nodes.put({ ...definition(event), node, priority, active });
    },
    CustomerDefined: (event, { customers, definitions }) => {
      definitions.put(definitionRow(event));
      const { customer, active } = event.data;
      customers.put({ ...definition(event), customer, active });
    },
    PartnerDefined: (event, { definitions }) => definitions.put(definitionRow(event)),
    CrossReferenceDefined: (event, rows) => {
      rows.definitions.put(definitionRow(event));
      partlyInForce(event, rows);
    },
    PromotionProposed: proposed,
    PromotionApplied: applied,
  },
});
