import { streamName } from '../../domain/eventLog.ts';
import { ownedAt } from '../../domain/masterData/catalog.ts';
import { qtyText } from '../../domain/quantity.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import type { Place } from '../../domain/stock/place.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Application, Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { invalid } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { type BusinessKey, movementKey, onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import type { StatusChangeInput, StockMovementInput, WithRevision } from './inputs.ts';
import { checkMovement, checkSafetyStock, checkStatusChange, checkSupply, type Resolved } from './stockContent.ts';
import { supplyOfTransfer } from './supplyOfTransfer.ts';

type Result = Outcome<{ readonly qty: string }>;

const workOn = (
  { catalog }: Pick<AppPorts, 'catalog'>,
  { bu, node, item, ifMatch }: Place & WithRevision,
  given: StockCommand,
) => {
  const command = { ...given, ...ownedAt(catalog.current(), given) };
  return { decider: stockDecider, stream: streamName('stock', bu, node, item), command, ifMatch };
};

/** A fact of the warehouse: never refused for what it does to stock. */
const stockCall = async (
  ports: AppPorts,
  place: Place & WithRevision,
  command: StockCommand,
  base: bigint,
  context: CommandContext,
): Promise<Result> => carryOut(ports.executor, workOn(ports, place, command), context, () => ({ qty: qtyText(base) }));

/** Once per reference, for ever. */
const keyedCall = async (
  ports: AppPorts,
  place: Place & WithRevision,
  key: BusinessKey,
  command: StockCommand,
  base: bigint,
  context: CommandContext,
): Promise<Result> => onceForEver(ports, key, workOn(ports, place, command), context, () => ({ qty: qtyText(base) }));

/** Where in the log goods were scrapped: what comes back is posted to the accounts that they went to. Undefined: nobody knows. */
const scrappedAt = async (
  { claims }: Pick<AppPorts, 'claims'>,
  { bu, takesBack }: { readonly bu: string; readonly takesBack?: string },
): Promise<{ readonly takesBackPosition?: string }> => {
  if (takesBack === undefined) return {};
  const { scope, key } = movementKey(bu, takesBack);
  const position = (await claims.held(scope, key))?.answer?.position;
  return position === undefined || position === null ? {} : { takesBackPosition: position };
};

const movementCommand = (
  input: StockMovementInput,
  { unit, item, base }: Resolved,
  scrapped: Awaited<ReturnType<typeof scrappedAt>>,
): StockCommand => {
  const { bu, node, reference, unitCost, supplyId, status = 'SELLABLE', reason } = input;
  const { currency, costMethod } = unit;
  const common = { bu, node, item: item.item, reference, qty: qtyText(base), status, currency };
  const cost = unitCost === undefined ? {} : { unitCost };
  const { takesBack } = input;
  if (takesBack !== undefined)
    return { type: 'TakeBackScrap', ...common, ...scrapped, takesBack, itemGroup: item.group };
  return input.kind === 'RECEIPT'
    ? { type: 'RecordReceipt', ...common, ...cost, costMethod, ...(supplyId === undefined ? {} : { supplyId }) }
    : { type: 'RecordAdjustment', ...common, ...cost, reason: reason ?? 'UNSPECIFIED', itemGroup: item.group };
};

const recordStockMovement =
  (ports: AppPorts): Application['recordStockMovement'] =>
  async (given, context) => {
    const { ifMatch: _ifMatch, ...input } = given;
    const checked = await checkMovement(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const ofTransfer = await supplyOfTransfer(ports, input);
    if (ofTransfer !== undefined) return ofTransfer;
    const { resolved } = checked;
    const key = { ...movementKey(input.bu, input.reference), content: input };
    const command = movementCommand(input, resolved, await scrappedAt(ports, input));
    return keyedCall(ports, given, key, command, resolved.base, context);
  };

const statusCommand = (
  input: StatusChangeInput,
  { unit, item, base }: Resolved,
  scrapped: Awaited<ReturnType<typeof scrappedAt>>,
): StockCommand => {
  const { bu, node, from, to, reason, reference, takesBack = '' } = input;
  const common = { bu, node, item: item.item, reference, qty: qtyText(base) };
  const scrap = { ...common, itemGroup: item.group, currency: unit.currency };
  if (from === 'SCRAPPED')
    return { type: 'TakeBackScrap', ...scrap, ...scrapped, takesBack, status: to === 'SCRAPPED' ? 'BLOCKED' : to };
  if (to === 'SCRAPPED') return { type: 'ScrapGoods', ...scrap, status: from };
  return { type: 'ChangeStatus', ...common, from, to, reason };
};

/** Goods that leave the books, or come back, are a movement, whichever call tells of it. */
const statusKey = ({ bu, from, to, reference }: StatusChangeInput) =>
  from === 'SCRAPPED' || to === 'SCRAPPED'
    ? movementKey(bu, reference)
    : { scope: `business:stock-status-change:${bu}`, key: reference };

const changeStockStatus =
  (ports: AppPorts): Application['changeStockStatus'] =>
  async (given, context) => {
    const { ifMatch: _ifMatch, ...input } = given;
    const checked = await checkStatusChange(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const { resolved } = checked;
    const key = { ...statusKey(input), content: input };
    const command = statusCommand(input, resolved, await scrappedAt(ports, input));
    return keyedCall(ports, given, key, command, resolved.base, context);
  };

/** The same supply again with another date or quantity is a rescheduling, so there is no key for ever here. */
const expectSupply =
  (ports: AppPorts): Application['expectSupply'] =>
  async (input, context) => {
    const checked = await checkSupply(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const ofTransfer = await supplyOfTransfer(ports, input);
    if (ofTransfer !== undefined) return ofTransfer;
    const { base } = checked.resolved;
    const { bu, node, item, supplyId, type: supplyType, availableDate } = input;
    const common = { bu, node, item, supplyId, supplyType, qty: qtyText(base), availableDate };
    return stockCall(ports, input, { type: 'ExpectSupply', ...common }, base, context);
  };

const setSafetyStock =
  (ports: AppPorts): Application['setSafetyStock'] =>
  async (input, context) => {
    const checked = await checkSafetyStock(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const { base } = checked.resolved;
    const { bu, node, item } = input;
    const command: StockCommand = { type: 'SetSafetyStock', bu, node, item, qty: qtyText(base) };
    return stockCall(ports, input, command, base, context);
  };

type Calls = Pick<Application, 'recordStockMovement' | 'changeStockStatus' | 'expectSupply' | 'setSafetyStock'>;

export const stockCalls = (ports: AppPorts): Calls => ({
  recordStockMovement: recordStockMovement(ports),
  changeStockStatus: changeStockStatus(ports),
  expectSupply: expectSupply(ports),
  setSafetyStock: setSafetyStock(ports),
});
