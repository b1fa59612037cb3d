import { credit } from '../../domain/credit/credit.ts';
import { streamName } from '../../domain/eventLog.ts';
import { minorText } from '../../domain/money.ts';
import { isChangeHeld, netWith, nextWaiting } from '../../domain/order/acceptDecisions.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState, WaitingChange } from '../../domain/order/state.ts';
import { creditAnswer } from '../calls/creditAndAccept.ts';
import { derivedUlid } from '../eventIds.ts';
import { chunked, loadAllocation, loadOrder, type OfOrder, orderStream } from './allocationStream.ts';
import { hearDemand } from './hearDemand.ts';
import type { Run, StepScript } from './stepRun.ts';

/** Undefined: it is there. */
const missing = async (run: Run, state: OrderState, changes: readonly WaitingChange[], id: string) => {
  const { submitted } = state;
  if (submitted === null) return undefined;
  const { bu, orderId, soldTo: customer, currency } = submitted;
  const amount = netWith(state, changes);
  const by = minorText(amount - netWith(state, []));
  const override = changes.every(({ cleared }) => cleared);
  const account = { bu, customer, currency, orderId };
  const command = { type: 'RaiseCredit', ...account, amount: minorText(amount), by, override } as const;
  const answer = creditAnswer(state, by, await run.ask(credit, streamName('credit', bu, customer), command, id));
  return answer.granted ? undefined : answer;
};

const holdFor = async (
  run: Run,
  of: OfOrder,
  { note, data }: { readonly note: string; readonly data: Readonly<Record<string, string>> },
  idBase: string,
): Promise<void> => {
  const holdId = derivedUlid(`${idBase}:CREDIT`);
  const hold = { type: 'PlaceHold', holdId, holdType: 'CREDIT', scope: { kind: 'CHANGES' }, note, data } as const;
  await run.tell(order, orderStream(of), hold, `${idBase}:hold`);
};

const acceptOne = async (run: Run, of: OfOrder, changes: readonly WaitingChange[], idBase: string): Promise<void> => {
  const changeId = changes[0]?.changeId ?? '';
  for (const part of chunked(changes)) {
    const command = { type: 'AcceptChange', changeId, lineIds: part.map(({ lineId }) => lineId) } as const;
    // Named after its first line: a later run has fewer lines left, and its first part is another one.
    await run.tell(order, orderStream(of), command, `${idBase}:accept:${part[0]?.lineId}`);
  }
};

/** Lines and quantities that were asked for after the acceptance, as far as there is credit for them. */
export const acceptChanges: StepScript<'acceptChanges'> = async (run, of) => {
  for (let state = await loadOrder(run, of); state.waiting.length > 0; state = await loadOrder(run, of)) {
    if (isChangeHeld(state)) break;
    const changes = nextWaiting(state);
    const idBase = `${run.intentId}:${changes[0]?.changeId}`;
    const refusal = await missing(run, state, changes, `${idBase}:credit`);
    if (refusal !== undefined) {
      await holdFor(run, of, refusal, idBase);
      break;
    }
    await acceptOne(run, of, changes, idBase);
  }
  const allocated = await loadAllocation(run, of);
  if (allocated.started !== null) await hearDemand(run, of, await loadOrder(run, of), allocated);
};
