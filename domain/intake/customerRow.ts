import { code } from '../masterData/checks.ts';
import type { CustomerDefined } from '../masterData/events.ts';
import { contentOf } from '../masterData/masterData.ts';
import type { DefinitionOf } from '../masterData/violation.ts';
import {
  days,
  type Found,
  flag,
  freeText,
  ifThere,
  merged,
  optionalFlags,
  parts,
  type Said,
  text,
  wrong,
} from './cellValues.ts';
import type { Cells, RowError } from './row.ts';

type Customer = DefinitionOf<CustomerDefined>;

/** What a new customer is where the file does not say. Without a ship-to it is none. */
const usual: Pick<Customer, 'shipTos' | 'contract' | 'active'> = { shipTos: [], contract: null, active: true };

const shipToPattern = /^([^=\s]+)\s*=\s*([^=\s]+)$/;

/** The file says where goods go, not how the place is found: a ship-to that stays keeps its address. */
const shipTosIn = (cell: string, known: Customer['shipTos']): Found<Customer['shipTos']> => {
  const found = parts('shipTos', cell, shipToPattern, 'MAIN=US-CA');
  if (!('value' in found)) return found;
  return {
    value: found.value.map(([id = '', region = '']) => {
      const address = known.find((shipTo) => shipTo.id === id)?.address;
      return { id, region, ...(address !== undefined && { address }) };
    }),
  };
};

const requiredCodes = ['customer', 'group', 'priceListId'] as const;

/** As at the customer's own address; events of before codes were asked for may hold other texts. */
const taxCodeIn = (cell: string): Found<string> => {
  const [violation] = cell === '' ? [] : code(['taxCode'], cell);
  return violation === undefined ? text('taxCode', cell) : wrong('taxCode', violation.code, violation.detail);
};

/**
 * The definition that a row asks for, or what cannot be read of it. A column that the file has not, and whatever files have no
 * column for, leaves of a customer what is defined already; an empty cell is what is usual.
 */
export const customerOfRow = (
  bu: string,
  cells: Cells,
  known: CustomerDefined['data'] | null,
): { readonly definition: Customer } | { readonly errors: readonly RowError[] } => {
  const current = known === null ? undefined : contentOf<CustomerDefined>(known);
  const customer = cells.get('customer') ?? '';
  const termsMissing = wrong('termsDays', 'REQUIRED', 'This cell is empty.');
  const read = merged({ ...usual, billTo: customer, ...current, bu }, [
    ['name', freeText('name', cells.get('name') ?? '')],
    ['taxCode', taxCodeIn(cells.get('taxCode') ?? '')],
    ...requiredCodes.map((name): Said => [name, text(name, cells.get(name) ?? '')]),
    ['termsDays', days('termsDays', cells.get('termsDays') ?? '', termsMissing)],
    ...ifThere(cells, 'billTo', (cell) => ({ value: cell === '' ? customer : cell })),
    ...ifThere(cells, 'shipTos', (cell) => shipTosIn(cell, current?.shipTos ?? [])),
    ...ifThere(cells, 'active', (cell) => flag('active', cell, true)),
    ...optionalFlags(['repeatsOrders'], cells, current),
  ]);
  return 'errors' in read ? read : { definition: read.value as Customer };
};

/** The column that a place of the definition was read from. */
export const customerColumnOf = (pointer: string): string | null => pointer.split('/')[1] || null;
