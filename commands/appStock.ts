import { isDay } from '../domain/calendar.ts';
import { streamName } from '../domain/eventLog.ts';
import { businessUnitOf, itemOf, nodeOf } from '../domain/masterData/catalog.ts';
import type { BusinessUnitDefined, ItemDefined } from '../domain/masterData/events.ts';
import { qty, qtyText, toBase } from '../domain/quantity.ts';
import type { StockCommand } from '../domain/stock/commands.ts';
import { stockDecider } from '../domain/stock/stock.ts';
import type {
  Application,
  Outcome,
  StatusChangeInput,
  StockMovementInput,
  SupplyInput,
  Violation,
} from './application.ts';
import type { AppPorts } from './appPorts.ts';
import { onceForEver } from './businessKey.ts';
import { invalid, outcomeOf, violation } from './outcome.ts';
import type { CommandContext } from './ports.ts';

type Place = { readonly bu: string; readonly node: string; readonly item: string };
type Found = { readonly unit: BusinessUnitDefined['data']; readonly item: ItemDefined['data'] };
type Resolved = Found & { readonly base: bigint };

const quantityPattern = /^(0|-?[1-9]\d{0,17})$/;
const costPattern = /^(0|[1-9]\d{0,11})(\.\d{1,6})?$/;
/** What one movement can be; keeps every extended amount inside what is held exactly. */
const movementQtyMax = 10n ** 12n;

const placeViolations = ({ catalog }: AppPorts, { bu, node, item }: Place): Found | readonly Violation[] => {
  const current = catalog.current();
  const unit = businessUnitOf(current, bu);
  if (unit === undefined) return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)];
  const found = itemOf(current, bu, item);
  const violations: Violation[] = [];
  if (nodeOf(current, bu, node) === undefined) {
    violations.push(violation('/node', 'NODE_UNKNOWN', `There is no node ${node}.`));
  }
  if (found === undefined) violations.push(violation('/item', 'ITEM_UNKNOWN', `There is no item ${item}.`));
  if (found?.kind === 'KIT')
    violations.push(violation('/item', 'KIT_NOT_STOCKED', `${item} is a kit: its parts are stocked.`));
  return found === undefined || violations.length > 0 ? violations : { unit, item: found };
};

const isFound = (found: Found | readonly Violation[]): found is Found => 'unit' in found;

/** The entered quantity in base units; `sign` says which quantities make sense. */
const resolve = (
  ports: AppPorts,
  input: Place & { readonly qty: string; readonly uom: string },
  sign: 'positive' | 'not zero' | 'not negative',
): Resolved | readonly Violation[] => {
  const found = placeViolations(ports, input);
  const place = isFound(found) ? [] : found;
  if (!quantityPattern.test(input.qty)) {
    return [...place, violation('/qty', 'NUMERIC_FORMAT', 'A quantity is integer text.')];
  }
  const entered = qty(input.qty);
  const wrong = entered < 0n ? sign !== 'not zero' : entered === 0n && sign !== 'not negative';
  if (wrong) return [...place, violation('/qty', 'QTY_NOT_POSITIVE', `The quantity must be ${sign}.`)];
  if (!isFound(found)) return found;
  const converted = toBase(entered, input.uom, found.item.baseUom, found.item.conversions);
  if ('code' in converted) {
    return [violation(converted.code === 'UOM_UNKNOWN' ? '/uom' : '/qty', converted.code, converted.detail)];
  }
  const { base } = converted;
  if (base > movementQtyMax || base < -movementQtyMax) {
    return [violation('/qty', 'QTY_TOO_LARGE', `${input.qty} ${input.uom} is more than one movement can hold.`)];
  }
  return { ...found, base };
};

const isResolved = (resolved: Resolved | readonly Violation[]): resolved is Resolved => 'unit' in resolved;

/** A fact of the warehouse: once per reference, for ever, and never refused for what it does to stock. */
const stockCall =
  <Input extends Place>({ executor }: AppPorts) =>
  async (
    { bu, node, item }: Input,
    command: StockCommand,
    base: bigint,
    context: CommandContext,
  ): Promise<Outcome<{ readonly qty: string }>> => {
    const executed = await executor.execute(stockDecider, streamName('stock', bu, node, item), command, context);
    return outcomeOf(executed, () => ({ qty: qtyText(base) }));
  };

const movementCommand = (input: StockMovementInput, { unit, item, base }: Resolved): StockCommand => {
  const { bu, node, reference, unitCost, supplyId, status = 'SELLABLE', reason } = input;
  const { currency, costMethod } = unit;
  const common = { bu, node, item: item.item, reference, qty: qtyText(base), status, currency };
  const cost = unitCost === undefined ? {} : { unitCost };
  return input.kind === 'RECEIPT'
    ? { type: 'RecordReceipt', ...common, ...cost, costMethod, ...(supplyId === undefined ? {} : { supplyId }) }
    : { type: 'RecordAdjustment', ...common, ...cost, reason: reason ?? 'UNSPECIFIED', itemGroup: item.group };
};

const recordStockMovement =
  (ports: AppPorts): Application['recordStockMovement'] =>
  async (input, context) => {
    const resolved = resolve(ports, input, input.kind === 'RECEIPT' ? 'positive' : 'not zero');
    const violations = isResolved(resolved) ? [] : [...resolved];
    if (input.unitCost !== undefined && !costPattern.test(input.unitCost)) {
      const detail = 'A unit cost is decimal text in major units per base unit, with up to 6 places.';
      violations.push(violation('/unitCost', 'NUMERIC_FORMAT', detail));
    }
    if (!isResolved(resolved) || violations.length > 0) return invalid(violations);
    const key = { scope: `business:stock-movement:${input.bu}`, key: input.reference, content: input };
    return onceForEver(ports.claims, key, context, (first) =>
      stockCall<StockMovementInput>(ports)(input, movementCommand(input, resolved), resolved.base, first),
    );
  };

const changeStockStatus =
  (ports: AppPorts): Application['changeStockStatus'] =>
  async (input, context) => {
    const resolved = resolve(ports, input, 'positive');
    const violations = isResolved(resolved) ? [] : [...resolved];
    const { bu, node, item, from, to, reason, reference } = input;
    if (from === to) violations.push(violation('/to', 'STATUS_SAME', `The goods are ${from} already.`));
    if (!isResolved(resolved) || violations.length > 0) return invalid(violations);
    const qtyBase = qtyText(resolved.base);
    const command: StockCommand = { type: 'ChangeStatus', bu, node, item, reference, qty: qtyBase, from, to, reason };
    const key = { scope: `business:stock-status-change:${bu}`, key: reference, content: input };
    return onceForEver(ports.claims, key, context, (first) =>
      stockCall<StatusChangeInput>(ports)(input, command, resolved.base, first),
    );
  };

/** The same supply again with another date or quantity is a rescheduling, so there is no key for ever here. */
const expectSupply =
  (ports: AppPorts): Application['expectSupply'] =>
  async (input, context) => {
    const resolved = resolve(ports, input, 'positive');
    const violations = isResolved(resolved) ? [] : [...resolved];
    const { bu, node, item, supplyId, type: supplyType, availableDate } = input;
    if (!isDay(availableDate)) {
      violations.push(violation('/availableDate', 'DATE_INVALID', `${availableDate} is not a date (YYYY-MM-DD).`));
    }
    if (!isResolved(resolved) || violations.length > 0) return invalid(violations);
    const common = { bu, node, item, supplyId, supplyType, qty: qtyText(resolved.base), availableDate };
    return stockCall<SupplyInput>(ports)(input, { type: 'ExpectSupply', ...common }, resolved.base, context);
  };

const setSafetyStock =
  (ports: AppPorts): Application['setSafetyStock'] =>
  async (input, context) => {
    const found = placeViolations(ports, input);
    const uom = isFound(found) ? found.item.baseUom : '';
    const resolved = resolve(ports, { ...input, uom }, 'not negative');
    if (!isResolved(resolved)) return invalid(resolved);
    const { bu, node, item } = input;
    const command: StockCommand = { type: 'SetSafetyStock', bu, node, item, qty: qtyText(resolved.base) };
    return stockCall<Place>(ports)(input, command, resolved.base, context);
  };

type Calls = Pick<Application, 'recordStockMovement' | 'changeStockStatus' | 'expectSupply' | 'setSafetyStock'>;

export const stockCalls = (ports: AppPorts): Calls => ({
  recordStockMovement: recordStockMovement(ports),
  changeStockStatus: changeStockStatus(ports),
  expectSupply: expectSupply(ports),
  setSafetyStock: setSafetyStock(ports),
});
