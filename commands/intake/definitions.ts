import { streamName } from '../../domain/eventLog.ts';
import { customerColumnOf, customerOfRow } from '../../domain/intake/customerRow.ts';
import { itemColumnOf, itemOfRow } from '../../domain/intake/itemRow.ts';
import type { Cells, RowError } from '../../domain/intake/row.ts';
import { type Catalog, customerOf, itemOf } from '../../domain/masterData/catalog.ts';
import type { CustomerDefined, ItemDefined, MasterDataEvent } from '../../domain/masterData/events.ts';
import { customerDecider, itemDecider, type MasterDataDecider } from '../../domain/masterData/masterData.ts';
import { customerReferences, itemReferences } from '../../domain/masterData/references.ts';
import { inWordsInForce } from '../../domain/masterData/takeAccount.ts';
import type { DefinitionOf, Violation } from '../../domain/masterData/violation.ts';
import { wordsInForce } from '../personal/sameText.ts';
import type { Taking } from './taking.ts';

/** What a row of a file defines. */
export type RowDefinition<E extends MasterDataEvent> = {
  readonly decider: MasterDataDecider<E>;
  /** The column of its id, which a file has once. */
  readonly key: string;
  /** In force, as far as `known` tells; null: nothing. Throws `LogUnavailable`. */
  readonly current: (taking: Taking, known: Catalog, id: string) => Promise<E['data'] | null>;
  readonly ofRow: (
    bu: string,
    cells: Cells,
    current: E['data'] | null,
  ) => { readonly definition: DefinitionOf<E> } | { readonly errors: readonly RowError[] };
  /** With text that is in force as it is sealed there, so that it is no other text. Throws `LogUnavailable`. */
  readonly inForce: (
    taking: Taking,
    current: E['data'] | null,
    definition: DefinitionOf<E>,
  ) => Promise<DefinitionOf<E>>;
  readonly references: (definition: DefinitionOf<E>, known: Catalog) => readonly Violation[];
  readonly columnOf: (pointer: string) => string | null;
};

export const items: RowDefinition<ItemDefined> = {
  decider: itemDecider,
  key: 'item',
  current: async ({ received }, known, item) => itemOf(known, received.businessUnit, item) ?? null,
  ofRow: itemOfRow,
  inForce: async (_taking, _current, definition) => definition,
  references: itemReferences,
  columnOf: itemColumnOf,
};

export const customers: RowDefinition<CustomerDefined> = {
  decider: customerDecider,
  key: 'customer',
  // The catalogue leaves out addresses and contacts, which a file leaves as they are.
  current: async ({ received, executor }, known, customer) => {
    if (customerOf(known, received.businessUnit, customer) === undefined) return null;
    const stream = streamName(customerDecider.category, received.businessUnit, customer);
    return (await executor.load(customerDecider, stream)).state.current;
  },
  ofRow: customerOfRow,
  inForce: async ({ vault }, current, definition) =>
    inWordsInForce('CustomerDefined', current, definition, await wordsInForce(vault, 'CustomerDefined', current)),
  references: customerReferences,
  columnOf: customerColumnOf,
};
