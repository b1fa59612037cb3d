import { credit, hasRoomFor, isReserved, missingCredit, unreserved } from '../../domain/credit/credit.ts';
import type { CreditState } from '../../domain/credit/state.ts';
import { streamName } from '../../domain/eventLog.ts';
import { minorText } from '../../domain/money.ts';
import { creditTotal, netWith, nextWaiting } from '../../domain/order/acceptDecisions.ts';
import { order } from '../../domain/order/order.ts';
import { netTotal, type OrderState, openHolds, orderLines } from '../../domain/order/state.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { creditAndAccept } from '../calls/creditAndAccept.ts';
import { loadOrder, type OfOrder, orderStream } from './allocationStream.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

/** Completes a capture whose request died, under the request's own command ids. */
export const capture: StepScript<'capture'> = async (run, { pricedEventId, ...of }) => {
  const state = await loadOrder(run, of);
  await creditAndAccept(run, { state, causeEventId: pricedEventId, override: false }, run.contextOf(run.intentId));
};

/** The ids come from the event that released the hold, as in the request that released it. */
export const accept: StepScript<'accept'> = async (run, { overrideCredit, ...of }) => {
  const state = await loadOrder(run, of);
  const question = { state, causeEventId: run.causeEventId, override: overrideCredit };
  await creditAndAccept(run, question, run.contextOf(run.intentId));
};

/**
 * The answer to a cancellation may end the order, which gives all its credit back; if not, it comes to less now, and may fit
 * a limit that all of it exceeded.
 */
export const close: StepScript<'close'> = async (run, of) => {
  const { state } = await run.tell(order, orderStream(of), { type: 'CloseOrder' }, `${run.intentId}:close`);
  if (state.submitted === null || state.closed) return;
  const { bu, orderId, soldTo: customer, currency } = state.submitted;
  const held = openHolds(state).filter(({ type }) => type === 'CREDIT');
  await recheckCredit(run, { bu, customer, orders: held.map(({ holdId }) => ({ orderId, holdId })) });
  const amount = minorText(creditTotal(await loadOrder(run, of)));
  const isCancelled = orderLines(state).some(({ line }) => line.cancelled > 0n);
  const cause = isCancelled ? 'LINES_CANCELLED' : 'PRICE_LOWERED';
  const command = { type: 'LowerCredit', bu, customer, currency, orderId, amount, cause } as const;
  await run.tell(credit, streamName('credit', bu, customer), command, `${run.intentId}:lower`);
};

const giveCreditBack = async (
  run: Run,
  { bu, orderId, customer }: OfOrder & { readonly customer: string },
  cause: string,
  commandId: string,
): Promise<void> => {
  const { submitted } = await loadOrder(run, { bu, orderId });
  const currency = submitted?.currency ?? '';
  const command = { type: 'ReleaseCredit', bu, customer, currency, orderId, cause } as const;
  await run.tell(credit, streamName('credit', bu, customer), command, commandId);
};

export const releaseCredit: StepScript<'releaseCredit'> = (run, { bu, orderId, soldTo: customer }) =>
  giveCreditBack(run, { bu, orderId, customer }, 'ORDER_CLOSED', `${run.intentId}:release`);

/** What an order waits for, all of it or the first of what was added to it since it was accepted, and what is missing for that. */
const askedFor = (state: OrderState, account: CreditState) => {
  const { orderId = '' } = state.submitted ?? {};
  if (!state.accepted) {
    const amount = netTotal(state);
    const missing = unreserved(account, orderId, amount);
    const command = { type: 'CheckCredit', amount: minorText(amount) } as const;
    return { isGranted: isReserved(account, orderId) && missing <= 0n, missing, command };
  }
  const amount = netWith(state, nextWaiting(state));
  const by = amount - netWith(state, []);
  const command = { type: 'RaiseCredit', amount: minorText(amount), by: minorText(by) } as const;
  const missing = missingCredit(account, orderId, amount, by);
  return { isGranted: missing <= 0n, missing, command };
};

/**
 * Oldest first; a large order that still does not fit does not keep a smaller one behind it waiting. Nor is it refused once
 * more: everybody who waits is asked for at each payment and each order that closes, and the account would grow with both.
 * Headroom that comes after this look is an event of its own, by which they are asked for again.
 */
export const recheckCredit: StepScript<'recheckCredit'> = async (run, { bu, customer, orders }) => {
  const stream = streamName('credit', bu, customer);
  for (const { orderId, holdId } of orders) {
    const of = { bu, orderId };
    const state = await loadOrder(run, of);
    const idBase = `${run.intentId}:${orderId}`;
    if (state.submitted === null || state.closed || valueAt(state.holds, holdId)?.open !== true) continue;
    const { currency } = state.submitted;
    const account = (await run.load(credit, stream)).state;
    const { isGranted, missing, command } = askedFor(state, account);
    if (!isGranted && !hasRoomFor(account, currency, missing)) continue;
    const check = { ...command, bu, customer, currency, orderId, override: false };
    const checked = await run.ask(credit, stream, check, `${idBase}:credit`);
    if (checked.kind === 'refused' || !askedFor(state, checked.state).isGranted) continue;
    const release = { type: 'ReleaseHold', holdId, reason: 'CREDIT_AVAILABLE', releasedBy: 'process:credit' } as const;
    const released = await run.ask(order, orderStream(of), release, `${idBase}:release`);
    if (released.kind === 'done') continue;
    const { refused } = released.refusal;
    if (refused !== 'HOLD_NOT_OPEN' && refused !== 'ORDER_NOT_OPEN')
      throw new StepRefused(released.refusal, orderStream(of));
    if (released.state.closed) await giveCreditBack(run, { ...of, customer }, 'ORDER_CLOSED', `${idBase}:back`);
  }
};
