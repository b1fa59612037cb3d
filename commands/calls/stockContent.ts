import { isDay } from '../../domain/calendar.ts';
import { businessUnitOf, type Catalog, itemOf, nodeOf } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined, ItemDefined } from '../../domain/masterData/events.ts';
import { unitPricePattern } from '../../domain/money.ts';
import { qty, qtyMax, quantityPattern, toBase } from '../../domain/quantity.ts';
import { scrapReason } from '../../domain/stock/movementDecisions.ts';
import type { Place } from '../../domain/stock/place.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import type { SafetyStockInput, StatusChangeInput, StockMovementInput, SupplyInput } from './inputs.ts';

// What the warehouse says about stock, held against the master data: everything that is wrong is said at once.

type Entered = Place & { readonly qty: string; readonly uom: string };
type Sign = 'above zero' | 'other than zero' | 'not below zero' | 'any';

/** `base` is the entered quantity in base units. */
export type Resolved = {
  readonly unit: BusinessUnitDefined['data'];
  readonly item: ItemDefined['data'];
  readonly base: bigint;
};

export type Checked =
  | { readonly kind: 'resolved'; readonly resolved: Resolved }
  | { readonly kind: 'wrong'; readonly violations: readonly Violation[] };

type Catalogued = Pick<AppPorts, 'catalog'>;

/** Why a node has no stock of ours. */
export const nodeViolations = (current: Catalog, { bu, node }: Pick<Place, 'bu' | 'node'>): Violation[] => {
  const place = nodeOf(current, bu, node);
  if (place === undefined) return [violation('/node', 'NODE_UNKNOWN', `There is no node ${node}.`)];
  if (place.kind !== 'SUPPLIER') return [];
  return [violation('/node', 'NODE_KEEPS_NO_STOCK', `${node} is a supplier: its stock is not ours.`)];
};

/** Why an item is nowhere in stock. */
export const itemViolations = (
  item: string,
  found: ItemDefined['data'] | undefined,
  pointer = '/item',
): Violation[] => {
  if (found === undefined) return [violation(pointer, 'ITEM_UNKNOWN', `There is no item ${item}.`)];
  if (found.kind !== 'KIT') return [];
  return [violation(pointer, 'KIT_NOT_STOCKED', `${item} is a kit: its parts are stocked.`)];
};

const stockedAt = ({ catalog }: Catalogued, { bu, node, item }: Place) => {
  const current = catalog.current();
  const unit = businessUnitOf(current, bu);
  if (unit === undefined) {
    return { unit, item: undefined, violations: [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)] };
  }
  const found = itemOf(current, bu, item);
  return { unit, item: found, violations: [...nodeViolations(current, { bu, node }), ...itemViolations(item, found)] };
};

/** Where an item lies, or may have lain: what is known of both and what is wrong with them. */
export const checkItemAt = async (ports: Catalogued, place: Place): Promise<ReturnType<typeof stockedAt>> => {
  await missingIn(ports.catalog, () => stockedAt(ports, place).violations);
  return stockedAt(ports, place);
};

const signViolation = (entered: bigint, sign: Sign): Violation | undefined => {
  if (sign === 'any') return undefined;
  const wrong = entered < 0n ? sign !== 'other than zero' : entered === 0n && sign !== 'not below zero';
  if (!wrong) return undefined;
  return violation('/qty', sign === 'not below zero' ? 'QTY_NEGATIVE' : 'QTY_NOT_POSITIVE', `A quantity is ${sign}.`);
};

/** The quantity in base units of the item, or what is wrong with quantity and unit. */
export const baseOf = (
  input: { readonly qty: string; readonly uom: string },
  item: ItemDefined['data'] | undefined,
  sign: Sign,
): bigint | Violation => {
  if (!quantityPattern.test(input.qty)) return violation('/qty', 'NUMERIC_FORMAT', 'A quantity is integer text.');
  const entered = qty(input.qty);
  const wrong = signViolation(entered, sign);
  if (wrong !== undefined) return wrong;
  // Without the item nothing is known of its units; that it is unknown is said where the item is.
  if (item === undefined) return entered;
  const converted = toBase(entered, input.uom, item.baseUom, item.conversions);
  if ('code' in converted) {
    return violation(converted.code === 'UOM_UNKNOWN' ? '/uom' : '/qty', converted.code, converted.detail);
  }
  const { base } = converted;
  return base > qtyMax || base < -qtyMax
    ? violation('/qty', 'QTY_TOO_LARGE', `${input.qty} ${input.uom} is more than one movement can hold.`)
    : base;
};

export const checkPlaced = (
  ports: Catalogued,
  input: Entered,
  sign: Sign,
  more: readonly Violation[] = [],
): Checked => {
  const { unit, item, violations } = stockedAt(ports, input);
  const base = baseOf(input, item, sign);
  const all = [...violations, ...(typeof base === 'bigint' ? [] : [base]), ...more];
  if (unit === undefined || item === undefined || typeof base !== 'bigint' || all.length > 0) {
    return { kind: 'wrong', violations: all };
  }
  return { kind: 'resolved', resolved: { unit, item, base } };
};

/** What is taken back is scrap, and comes back at what it left with. */
const takenBack = ({ kind, reason, takesBack, unitCost }: StockMovementInput): readonly Violation[] => {
  if (takesBack === undefined) return [];
  const isScrap = kind === 'ADJUSTMENT' && reason === scrapReason;
  return [
    ...(isScrap
      ? []
      : [violation('/takesBack', 'NOTHING_SCRAPPED', `Only an adjustment of reason ${scrapReason} takes scrap back.`)]),
    ...(unitCost === undefined
      ? []
      : [violation('/unitCost', 'COST_KNOWN', 'Scrap comes back at the cost it left with.')]),
  ];
};

const checkMovementNow = (ports: Catalogued, input: StockMovementInput): Checked => {
  const detail = 'A unit cost is decimal text in major units per base unit, with up to 6 places.';
  const costly = input.unitCost !== undefined && !unitPricePattern.test(input.unitCost);
  const sign = input.kind === 'RECEIPT' || input.takesBack !== undefined ? 'above zero' : 'other than zero';
  const more = [...(costly ? [violation('/unitCost', 'NUMERIC_FORMAT', detail)] : []), ...takenBack(input)];
  return checkPlaced(ports, input, sign, more);
};

const checkStatusChangeNow = (ports: Catalogued, input: StatusChangeInput): Checked => {
  const same = violation('/to', 'STATUS_SAME', `The goods are ${input.from} already.`);
  const named = input.takesBack !== undefined;
  const unnamed = violation('/takesBack', 'REQUIRED', 'Say under which reference they were scrapped.');
  const needless = violation('/takesBack', 'NOTHING_SCRAPPED', 'Only goods that come from SCRAPPED were scrapped.');
  return checkPlaced(ports, input, 'above zero', [
    ...(input.from === input.to ? [same] : []),
    ...(input.from === 'SCRAPPED' && !named ? [unnamed] : []),
    ...(input.from !== 'SCRAPPED' && named ? [needless] : []),
  ]);
};

const checkSupplyNow = (ports: Catalogued, input: SupplyInput): Checked => {
  const noDay = violation('/availableDate', 'DATE_INVALID', `${input.availableDate} is not a date (YYYY-MM-DD).`);
  return checkPlaced(ports, input, 'above zero', isDay(input.availableDate) ? [] : [noDay]);
};

/** Empty while the item is not known, which is then said of the item. */
export const itemBaseUom = ({ catalog }: Catalogued, { bu, item }: Pick<Place, 'bu' | 'item'>): string =>
  itemOf(catalog.current(), bu, item)?.baseUom ?? '';

/** Entered in base units. */
const checkSafetyStockNow = (ports: Catalogued, input: SafetyStockInput): Checked =>
  checkPlaced(ports, { ...input, uom: itemBaseUom(ports, input) }, 'not below zero');

export const violationsOf = (checked: Checked): readonly Violation[] =>
  checked.kind === 'wrong' ? checked.violations : [];

/** Before it is called wrong, everything that was defined until now is known. */
export const upToDate =
  <I>(check: (ports: Catalogued, input: I) => Checked) =>
  async (ports: Catalogued, input: I): Promise<Checked> => {
    await missingIn(ports.catalog, () => violationsOf(check(ports, input)));
    return check(ports, input);
  };

export const checkMovement = upToDate(checkMovementNow);
export const checkStatusChange = upToDate(checkStatusChangeNow);
export const checkSupply = upToDate(checkSupplyNow);
export const checkSafetyStock = upToDate(checkSafetyStockNow);

export const stockChecks = (
  ports: Catalogued,
): Pick<ContentChecks, 'stockMovement' | 'statusChange' | 'supply' | 'safetyStock'> => ({
  stockMovement: async (input) => violationsOf(await checkMovement(ports, input)),
  statusChange: async (input) => violationsOf(await checkStatusChange(ports, input)),
  supply: async (input) => violationsOf(await checkSupply(ports, input)),
  safetyStock: async (input) => violationsOf(await checkSafetyStock(ports, input)),
});
