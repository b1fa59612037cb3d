import type { HoldType } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import { type Hold, type OrderState, openHolds } from '../../domain/order/state.ts';
import { valueAt, valuesOf } from '../../domain/stock/orderedMap.ts';
import type { Application } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { findEvent } from '../deciding/readStream.ts';
import { done, noSuch, outcomeOf, refusedAs } from '../outcome.ts';
import type { Receipt } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';
import { presentOrder } from './capturedOrder.ts';
import { creditAndAccept } from './creditAndAccept.ts';
import { type FoundStream, findStream } from './findStream.ts';

/** What can still be stopped is asked of allocation and warehouse by the process; the change id tells the caller where to look. */
export const cancelOrder =
  (ports: AppPorts): Application['cancelOrder'] =>
  async ({ orderId, reason, lines, ifMatch }, context) => {
    const found = await findStream(ports, order, orderId);
    if (found === undefined) return noSuch('order', orderId);
    const changeId = context.commandId;
    const command = { type: 'RequestCancel', changeId, reason, ...(lines === undefined ? {} : { lines }) } as const;
    const work = { decider: order, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ changeId }));
  };

export const orderHolds =
  (ports: AppPorts): Application['orderHolds'] =>
  async (orderId) => {
    const state = (await findStream(ports, order, orderId))?.state;
    if (state === undefined || state.submitted === null) return undefined;
    const { bu, soldTo } = state.submitted;
    return { bu, soldTo, open: openHolds(state).map(({ holdId, type }) => ({ holdId, type })) };
  };

/** A credit hold that a person released lets the order through above the limit. */
const overridesCredit = (state: OrderState): boolean =>
  [...valuesOf(state.holds)].some((hold) => hold.type === 'CREDIT' && !hold.open);

/** Has this person entered the order, or what of it waits on this hold? */
const hasEntered = async (
  { store }: AppPorts,
  { stream, state }: FoundStream<OrderState>,
  { scope }: Hold,
  actorId: string,
): Promise<boolean> => {
  const submitted = await findEvent(store, stream, 'OrderSubmitted');
  if (submitted?.metadata.actor.id === actorId) return true;
  if (scope.kind !== 'CHANGES') return false;
  const waiting = new Set(state.waiting.map(({ changeId }) => changeId));
  const asked = await findEvent(
    store,
    stream,
    'OrderLineChangeRequested',
    ({ data, metadata }) => metadata.actor.id === actorId && waiting.has(data.changeId),
  );
  return asked !== undefined;
};

/** Holds about the customer that are nothing for whoever entered the order (spec 4.12). */
const apartFromEntry: ReadonlySet<HoldType> = new Set(['CREDIT', 'FRAUD', 'CONTRACT_TERMS']);

/** Releases a hold; the last one of an order that is not accepted yet brings credit and acceptance with it. */
export const releaseHold =
  (ports: AppPorts): Application['releaseHold'] =>
  async ({ orderId, holdId, reason, ifMatch }, context) => {
    const found = await findStream(ports, order, orderId);
    if (found === undefined) return noSuch('order', orderId);
    const hold = valueAt(found.state.holds, holdId);
    if (hold === undefined) return refusedAs('NOT_FOUND', `Order ${orderId} has no hold ${holdId}.`);
    if (apartFromEntry.has(hold.type)) {
      if (await hasEntered(ports, found, hold, context.actor.id)) {
        const detail = `Who entered the order may not release its ${hold.type.toLowerCase().replace('_', ' ')} hold.`;
        return refusedAs('SOD_VIOLATION', detail, { holdId });
      }
    }
    const command = { type: 'ReleaseHold', holdId, reason, releasedBy: context.actor.id } as const;
    const executed = await ports.executor.execute(order, found.stream, command, context, { ifMatch });
    if (executed.kind !== 'done') return outcomeOf(executed, () => undefined as never);
    const { state, events } = executed;
    const released = events.find(({ type }) => type === 'OrderHoldReleased');
    const isLast = released !== undefined && openHolds(state).length === 0;
    const question = { state, causeEventId: released?.eventId ?? '', override: overridesCredit(state) };
    const after = isLast ? await creditAndAccept(ports, question, context) : undefined;
    const last = after?.kind === 'done' ? after : executed;
    const receipt: Receipt = { ...last.receipt, commandId: context.commandId };
    return done(await presentOrder(ports.executor, { state: last.state, ...receipt }, receipt), receipt);
  };
