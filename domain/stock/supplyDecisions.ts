import { type Refusal, refuse } from '../decider.ts';
import { qty, qtyText } from '../quantity.ts';
import { supplyOf } from './collections.ts';
import type { StockEvent, SupplyExpected } from './events.ts';
import type { Of } from './movementDecisions.ts';
import { valueAt } from './orderedMap.ts';
import { type Place, placeOf } from './place.ts';
import { openQtyOf, type StockState, type Supply } from './state.ts';

type Outcome = readonly StockEvent[] | Refusal;

export const expectSupply = (command: Of<'ExpectSupply'>, state: StockState): readonly StockEvent[] => {
  const { supplyId, availableDate } = command;
  const known = supplyOf(state, supplyId);
  const announced = known !== undefined && known.expected > 0n;
  const same =
    announced &&
    known.expected === qty(command.qty) &&
    known.availableDate === availableDate &&
    known.type === command.supplyType;
  if (same || (!announced && qty(command.qty) <= 0n)) return [];
  const data: SupplyExpected['data'] = {
    ...placeOf(command),
    supplyId,
    type: command.supplyType,
    qty: command.qty,
    availableDate,
  };
  return [{ type: announced ? 'SupplyRescheduled' : 'SupplyExpected', data }];
};

const notAnnounced = ({ node, item }: Place, supplyId: string): Refusal =>
  refuse('NOT_FOUND', `No supply ${supplyId} of ${item} is announced at ${node}.`, { supplyId });

const notOpen = ({ supplyId, expected, received }: Supply): Refusal => {
  const detail =
    expected > 0n
      ? `All ${expected} of supply ${supplyId} are here.`
      : `Supply ${supplyId} was cancelled, or is not announced yet.`;
  return refuse('SUPPLY_NOT_OPEN', detail, { supplyId, expected: qtyText(expected), received: qtyText(received) });
};

export const rescheduleSupply = (command: Of<'RescheduleSupply'>, state: StockState): Outcome => {
  const known = supplyOf(state, command.supplyId);
  if (known === undefined) return notAnnounced(command, command.supplyId);
  const { supplyId, type, received } = known;
  const expected = command.qty === undefined ? known.expected : qty(command.qty);
  const availableDate = command.availableDate ?? known.availableDate;
  if (known.expected <= 0n) return notOpen(known);
  if (expected === known.expected && availableDate === known.availableDate) return [];
  if (openQtyOf(known) === 0n && expected <= received) return notOpen(known);
  const data = { ...placeOf(command), supplyId, type, qty: qtyText(expected), availableDate };
  return [{ type: 'SupplyRescheduled', data }];
};

export const cancelSupply = (command: Of<'CancelSupply'>, state: StockState): Outcome => {
  const { supplyId, reason } = command;
  if (supplyOf(state, supplyId) === undefined) return notAnnounced(command, supplyId);
  if (valueAt(state.supplies, supplyId) === undefined) return [];
  return [{ type: 'SupplyCancelled', data: { ...placeOf(command), supplyId, reason } }];
};
