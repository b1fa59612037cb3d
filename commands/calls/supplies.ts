import { streamName } from '../../domain/eventLog.ts';
import { ownedAt } from '../../domain/masterData/catalog.ts';
import { qtyText } from '../../domain/quantity.ts';
import { supplyOf } from '../../domain/stock/collections.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import { type Place, placeOf } from '../../domain/stock/place.ts';
import { openQtyOf, type StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { invalid } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { movementKey, onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { WithRevision } from './inputs.ts';
import {
  checkCancellation,
  checkReschedule,
  checkSupplyReceipt,
  type RescheduleInput,
  type Revised,
  type SupplyCancellationInput,
  type SupplyReceiptInput,
} from './supplyContent.ts';
import { supplyOfTransfer } from './supplyOfTransfer.ts';

/** How a supply stands, in base units. `excess`: what came beyond all that was announced. No date: it is not announced. */
export type SupplyStanding = {
  readonly supplyId: string;
  readonly expected: string;
  readonly received: string;
  readonly open: string;
  readonly excess: string;
  readonly availableDate: string | null;
};

export type SupplyCalls = {
  /** Refuses NOT_FOUND, SUPPLY_NOT_OPEN, SUPPLY_OF_TRANSFER. */
  readonly rescheduleSupply: (
    input: Revised<RescheduleInput>,
    context: CommandContext,
  ) => Promise<Outcome<SupplyStanding>>;
  /** A fact, once for ever for each reference, which is one with those of stock movements; also of a supply that nobody announced. Refuses SUPPLY_OF_TRANSFER. */
  readonly receiveSupply: (
    input: Revised<SupplyReceiptInput>,
    context: CommandContext,
  ) => Promise<Outcome<SupplyStanding>>;
  /** What is still to come of it does not. Refuses NOT_FOUND, SUPPLY_OF_TRANSFER. */
  readonly cancelSupply: (
    input: Revised<SupplyCancellationInput>,
    context: CommandContext,
  ) => Promise<Outcome<SupplyStanding>>;
};

type Ports = Pick<AppPorts, 'executor' | 'claims' | 'catalog' | 'clock'>;

const workOn = ({ catalog }: Pick<AppPorts, 'catalog'>, place: Place & WithRevision, command: StockCommand) => ({
  ...{ decider: stockDecider, stream: streamName('stock', place.bu, place.node, place.item) },
  ...{ command: { ...command, ...ownedAt(catalog.current(), command) }, ifMatch: place.ifMatch },
});

const standingOf =
  (supplyId: string) =>
  ({ state }: { readonly state: StockState }): SupplyStanding => {
    const supply = supplyOf(state, supplyId);
    const { expected, received } = supply ?? { expected: 0n, received: 0n };
    const excess = expected > 0n && received > expected ? received - expected : 0n;
    return {
      supplyId,
      expected: qtyText(expected),
      received: qtyText(received),
      open: qtyText(supply === undefined ? 0n : openQtyOf(supply)),
      excess: qtyText(excess),
      availableDate: supply === undefined || expected === 0n ? null : supply.availableDate,
    };
  };

const rescheduleSupply =
  (ports: Ports): SupplyCalls['rescheduleSupply'] =>
  async (input, context) => {
    const checked = await checkReschedule(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const ofTransfer = await supplyOfTransfer(ports, input);
    if (ofTransfer !== undefined) return ofTransfer;
    const { supplyId, availableDate, qty } = input;
    const command: StockCommand = {
      type: 'RescheduleSupply',
      ...{ ...placeOf(input), supplyId },
      ...(qty === undefined ? {} : { qty: qtyText(checked.resolved.base) }),
      ...(availableDate === undefined ? {} : { availableDate }),
    };
    return carryOut(ports.executor, workOn(ports, input, command), context, standingOf(supplyId));
  };

const receiveSupply =
  (ports: Ports): SupplyCalls['receiveSupply'] =>
  async (given, context) => {
    const { ifMatch: _ifMatch, ...input } = given;
    const checked = await checkSupplyReceipt(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const ofTransfer = await supplyOfTransfer(ports, input);
    if (ofTransfer !== undefined) return ofTransfer;
    const { unit, base } = checked.resolved;
    const { supplyId, reference, unitCost, lots, status = 'SELLABLE', receivedAt: at } = input;
    const key = { ...movementKey(input.bu, reference), content: { kind: 'SUPPLY_RECEIPT', ...input } };
    const untimely = at === undefined ? undefined : claimedTimeViolation('/receivedAt', at, ports.clock());
    // One that was recorded in time is answered again for ever.
    if (untimely !== undefined && (await ports.claims.held(key.scope, key.key)) === undefined)
      return invalid([untimely]);
    const command: StockCommand = {
      type: 'RecordReceipt',
      ...{ ...placeOf(input), reference, supplyId, status, qty: qtyText(base) },
      ...{ currency: unit.currency, costMethod: unit.costMethod },
      ...(unitCost === undefined ? {} : { unitCost }),
      ...(lots === undefined || lots.length === 0 ? {} : { lots }),
      ...(at === undefined ? {} : { at }),
    };
    const received = at === undefined ? context : { ...context, occurredAt: at };
    return onceForEver(ports, key, workOn(ports, given, command), received, standingOf(supplyId));
  };

const cancelSupply =
  (ports: Ports): SupplyCalls['cancelSupply'] =>
  async (input, context) => {
    const checked = await checkCancellation(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const ofTransfer = await supplyOfTransfer(ports, input);
    if (ofTransfer !== undefined) return ofTransfer;
    const { supplyId, reason } = input;
    const command: StockCommand = { type: 'CancelSupply', ...placeOf(input), supplyId, reason };
    return carryOut(ports.executor, workOn(ports, input, command), context, standingOf(supplyId));
  };

export const supplyCalls = (ports: Ports): SupplyCalls => ({
  rescheduleSupply: rescheduleSupply(ports),
  receiveSupply: receiveSupply(ports),
  cancelSupply: cancelSupply(ports),
});
