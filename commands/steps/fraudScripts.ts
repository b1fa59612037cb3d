import { minorText } from '../../domain/money.ts';
import { wantsAnswer } from '../../domain/order/fraudCheck.ts';
import { order } from '../../domain/order/order.ts';
import { isOver, netTotal, type OrderState, orderLines } from '../../domain/order/state.ts';
import { qtyText } from '../../domain/quantity.ts';
import { derivedUlid } from '../eventIds.ts';
import type { FraudAnswer, FraudRequest } from '../ports/fraud.ts';
import { ownReservation } from '../reservations/named.ts';
import { releaseParts } from '../reservations/parts.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { loadOrder, type OfOrder, orderStream } from './allocationStream.ts';
import type { Run, StepScript } from './stepRun.ts';

const askAgainMs = 2_000;

/** What is left of the order as it was priced. */
const requestOf = (state: OrderState): FraudRequest | undefined => {
  const { submitted, fraud } = state;
  if (submitted === null || fraud === null) return undefined;
  const { orderId, bu, channel, soldTo: customer, currency, shipTo, payment } = submitted;
  const lines = orderLines(state)
    .filter(({ line }) => line.cancelled < line.ordered)
    .map(({ submitted: { item }, priced: { unitPrice }, line }) => ({
      ...{ item, unitPrice, qty: qtyText(line.ordered - line.cancelled) },
    }));
  const about = { orderId, bu, channel, customer, currency, shipTo, requestedAt: fraud.requestedAt };
  return { ...about, ...(payment && { payment }), total: minorText(netTotal(state)), lines };
};

const recordDecision = async (run: Run, of: OfOrder, { kind: _, ...answer }: FraudAnswer): Promise<OrderState> => {
  const { engine } = run.fraud;
  const ids = {
    holdId: derivedUlid(`${run.intentId}:FRAUD`),
    changeId: derivedUlid(`${run.intentId}:FRAUD_REJECTED`),
  };
  const command = { type: 'RecordFraudDecision', engine, ...answer, ...ids } as const;
  return (await run.tell(order, orderStream(of), command, `${run.intentId}:decision`)).state;
};

const recordUnanswered = async (run: Run, of: OfOrder, code: string): Promise<OrderState> => {
  const { engine } = run.fraud;
  const holdId = derivedUlid(`${run.intentId}:FRAUD`);
  const command = { type: 'RecordFraudUnanswered', engine, code, holdId } as const;
  return (await run.tell(order, orderStream(of), command, `${run.intentId}:unanswered`)).state;
};

/** Goods that a cart or a quote had set aside are anybody's again at once. */
const freeReservations = async (run: Run, { bu }: OfOrder, { submitted }: OrderState): Promise<void> => {
  for (const id of submitted?.reservationIds ?? []) {
    const made = await ownReservation(run.executor, { bu, soldTo: submitted?.soldTo ?? '' }, id);
    if (made === undefined) continue;
    const lineIds = made.lines.map(({ lineId }) => lineId);
    await releaseParts(run.executor, made, lineIds, 'FRAUD_REJECTED', run.contextOf(`${run.intentId}:free:${id}`));
  }
};

/** The order after the engine was asked; as it was when there is nothing to ask any more. */
const ask = async (run: Run, of: OfOrder, state: OrderState): Promise<OrderState> => {
  const request = requestOf(state);
  if (request === undefined || isOver(state) || !wantsAnswer(state.fraud, run.clock())) return state;
  const answer = await run.fraud.assess(request, { again: run.again });
  if (answer.kind === 'pending') throw new NotYet(`${run.fraud.engine} has not decided yet`, askAgainMs);
  return answer.kind === 'refused' ? recordUnanswered(run, of, answer.code) : recordDecision(run, of, answer);
};

export const checkFraud: StepScript<'checkFraud'> = async (run, of) => {
  const state = await ask(run, of, await loadOrder(run, of));
  if (state.fraud?.status === 'REJECTED') await freeReservations(run, of, state);
};

export const endFraudWait: StepScript<'endFraudWait'> = async (run, of) => {
  await recordUnanswered(run, of, 'NO_ANSWER');
};
