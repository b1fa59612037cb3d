import type { ItemDefined } from '../masterData/events.ts';
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

type Item = DefinitionOf<ItemDefined>;

/** What a new item is where the file does not say. */
const usual: Pick<Item, 'kind' | 'conversions' | 'components' | 'leadTimeDays' | 'dropship' | 'active'> = {
  kind: 'STOCK',
  conversions: [],
  components: [],
  leadTimeDays: null,
  dropship: null,
  active: true,
};

const kindIn = (cell: string): Found<Item['kind']> => {
  if (cell === '') return { value: 'STOCK' };
  return cell === 'STOCK' || cell === 'KIT' ? { value: cell } : wrong('kind', 'VALUE_INVALID', 'One of: STOCK, KIT.');
};

const ratioPattern = /^([^=\s]+)\s*=\s*(\d+)(?:\/(\d+))?$/;
/** Both sides of a ratio as an item's own address takes them. */
const factorDigitsMax = 9;

const conversionsIn = (cell: string): Found<Item['conversions']> => {
  const found = parts('conversions', cell, ratioPattern, 'BX=12');
  if (!('value' in found)) return found;
  const ratios = found.value.map(([uom = '', num = '', den = '1']) => ({ uom, num, den }));
  return ratios.every(({ num, den }) => Math.max(num.length, den.length) <= factorDigitsMax)
    ? { value: ratios }
    : wrong('conversions', 'NUMERIC_FORMAT', `Factors have at most ${factorDigitsMax} digits.`);
};

const componentsIn = (cell: string): Found<Item['components']> => {
  const found = parts('components', cell, ratioPattern, 'SEAL-RING=2');
  if (!('value' in found)) return found;
  return found.value.every(([, , den]) => den === undefined)
    ? { value: found.value.map(([item = '', qty = '']) => ({ item, qty })) }
    : wrong('components', 'NUMERIC_FORMAT', 'A kit is made of whole base units.');
};

/** Both columns say one thing: a supplier without a price, or a price of nobody, is neither. */
const dropshipIn = (node: string, unitCost: string): Found<Item['dropship']> => {
  if (node === '' && unitCost === '') return { value: null };
  if (node === '') return wrong('supplierNode', 'REQUIRED', 'A cost is that of a supplier.');
  if (unitCost === '') return wrong('supplierCost', 'REQUIRED', 'A supplier delivers at a cost.');
  return { value: { supplierNode: node, unitCost } };
};

const dropshipSaid = (cells: Cells): readonly Said[] => {
  const [node, cost] = [cells.get('supplierNode'), cells.get('supplierCost')];
  return node === undefined && cost === undefined ? [] : [['dropship', dropshipIn(node ?? '', cost ?? '')]];
};

const requiredCodes = ['item', 'group', 'baseUom', 'taxCode'] as const;

/**
 * The definition that a row asks for, or what cannot be read of it. A column that the file has not leaves of an item what is
 * defined already; an empty cell is what is usual. Whether the definition holds is for `itemDecider`.
 */
export const itemOfRow = (
  bu: string,
  cells: Cells,
  known: ItemDefined['data'] | null,
): { readonly definition: Item } | { readonly errors: readonly RowError[] } => {
  const current = known === null ? undefined : contentOf<ItemDefined>(known);
  const read = merged({ ...usual, ...current, bu }, [
    ['description', freeText('description', cells.get('description') ?? '')],
    ...requiredCodes.map((name): Said => [name, text(name, cells.get(name) ?? '')]),
    ...ifThere(cells, 'kind', kindIn),
    ...ifThere(cells, 'conversions', conversionsIn),
    ...ifThere(cells, 'components', componentsIn),
    ...ifThere(cells, 'leadTimeDays', (cell) => days('leadTimeDays', cell, { value: null })),
    ...ifThere(cells, 'active', (cell) => flag('active', cell, true)),
    ...dropshipSaid(cells),
    ...optionalFlags(['lotTracked', 'serialTracked', 'catchWeight'], cells, current),
  ]);
  return 'errors' in read ? read : { definition: read.value as Item };
};

/** The column that a place of the definition was read from. */
export const itemColumnOf = (pointer: string): string | null => {
  const [, first = '', second] = pointer.split('/');
  if (first === 'dropship') return second === 'unitCost' ? 'supplierCost' : 'supplierNode';
  return first === '' ? null : first;
};
