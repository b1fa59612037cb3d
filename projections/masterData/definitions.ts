import type { RecordedOf } from '../../domain/events.ts';
import type { MasterDataEvent } from '../../domain/masterData/events.ts';
import { type Reflects, reflecting } from '../projection.ts';

/** What can be defined or published, by the word that stands for it in addresses. */
export const definitionKinds = [
  'item',
  'customer',
  'node',
  'price-list',
  'partner',
  'cross-reference',
  'business-unit',
  'accounts',
  'posting',
  'tax-codes',
  'late-supply',
  'intercompany',
] as const;
export type DefinitionKind = (typeof definitionKinds)[number];

export type DefinitionRow = Reflects & {
  readonly kind: DefinitionKind;
  /** Within its business unit; of what a business unit has once, the business unit's own. */
  readonly id: string;
  readonly version: number;
  readonly content: unknown;
  readonly defined_by: string;
};

/** A partner has one cross-reference of each kind. Codes have no dot. */
export const crossReferenceId = (partner: string, kind: string): string => `${partner}.${kind}`;

type Named = Pick<DefinitionRow, 'kind' | 'id'>;

const nameOf = ({ type, data }: Pick<RecordedOf<MasterDataEvent['type']>, 'type' | 'data'>): Named => {
  const definition = { type, data } as MasterDataEvent;
  switch (definition.type) {
    case 'ItemDefined':
      return { kind: 'item', id: definition.data.item };
    case 'CustomerDefined':
      return { kind: 'customer', id: definition.data.customer };
    case 'NodeDefined':
      return { kind: 'node', id: definition.data.node };
    case 'PriceListDefined':
      return { kind: 'price-list', id: definition.data.priceListId };
    case 'PartnerDefined':
      return { kind: 'partner', id: definition.data.partner };
    case 'CrossReferenceDefined':
      return { kind: 'cross-reference', id: crossReferenceId(definition.data.partner, definition.data.kind) };
    case 'BusinessUnitDefined':
      return { kind: 'business-unit', id: definition.data.bu };
    case 'AccountMapPublished':
      return { kind: 'accounts', id: definition.data.bu };
    case 'PostingRulesPublished':
      return { kind: 'posting', id: definition.data.bu };
    case 'TaxCodesPublished':
      return { kind: 'tax-codes', id: definition.data.bu };
    case 'LateSupplyPublished':
      return { kind: 'late-supply', id: definition.data.bu };
    case 'IntercompanyPublished':
      return { kind: 'intercompany', id: definition.data.bu };
  }
};

/** One version, for ever. */
export const definitionRow = (event: RecordedOf<MasterDataEvent['type']>): DefinitionRow => ({
  bu: event.data.bu,
  ...nameOf(event),
  version: event.data.version,
  content: event.data,
  defined_by: event.metadata.actor.id,
  ...reflecting(event),
});
