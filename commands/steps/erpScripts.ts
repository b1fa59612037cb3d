import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { acceptedLines } from '../../domain/order/submitDecisions.ts';
import { sizeOf } from '../../domain/stock/orderedMap.ts';
import { derivedUlid } from '../eventIds.ts';
import type { ErpOrder, ErpPending } from '../partnerPorts.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { loadOrder, orderStream } from './allocationStream.ts';
import { erpNamed, orderTaker } from './bookkeeper.ts';
import type { StepScript } from './stepRun.ts';

/** All of it as it is now, so whatever the ERP missed does not matter. */
const erpOrder = (state: OrderState): ErpOrder | undefined => {
  if (state.submitted === null || !state.accepted) return undefined;
  const { orderId, bu, customerPo, soldTo, billTo, shipTo, currency, requestedDate, charges } = state.submitted;
  const header = { orderId, bu, customerPo, soldTo, billTo, currency, requestedDate };
  return { ...header, shipTo: { id: shipTo.id }, lines: acceptedLines(state), charges };
};

const notAnswered = (erpSystem: string, orderId: string, { askAgainMs }: ErpPending): NotYet =>
  new NotYet(`${erpSystem} has order ${orderId} and has not answered yet`, askAgainMs);

/** The adapter finds the order by our reference before it creates one, so a lost answer costs nothing. */
export const registerErp: StepScript<'registerErp'> = async (run, of) => {
  const state = await loadOrder(run, of);
  // An order stays with the ERP that has it, also when its business unit has moved to another since.
  if (state.closed || sizeOf(state.erpNumbers) > 0) return;
  const request = erpOrder(state);
  // What was cancelled altogether is about to be closed.
  if (request === undefined || request.lines.length === 0) return;
  const erp = await orderTaker(run, of);
  const { system: erpSystem } = erp;
  const answer = await erp.registerOrder(request);
  if (answer.kind === 'pending') throw notAnswered(erpSystem, of.orderId, answer);
  const stream = orderStream(of);
  if (answer.kind === 'registered') {
    const { erpNumber } = answer;
    await run.tell(order, stream, { type: 'RegisterErpOrder', erpSystem, erpNumber }, `${run.intentId}:registered`);
    return;
  }
  const { code, detail } = answer;
  const holdId = derivedUlid(`${run.intentId}:ERP_REFUSED`);
  await run.tell(order, stream, { type: 'RefuseErpOrder', erpSystem, code, detail, holdId }, `${run.intentId}:refused`);
};

/** An order that the ERP does not know yet is registered as it is by then; what was told already is not told again. */
export const changeErp: StepScript<'changeErp'> = async (run, of) => {
  const state = await loadOrder(run, of);
  // One ERP has it, whoever has its business unit now.
  const registered = state.erpNumbers;
  const { changesMade: changes } = state;
  const request = erpOrder(state);
  if (request === undefined || registered === null || changes <= state.erpTold) return;
  const { key: erpSystem, value: erpNumber } = registered;
  const erp = erpNamed(run, erpSystem, `has order ${of.orderId}`);
  const answer = await erp.changeOrder({ ...request, erpNumber, changes });
  if (answer.kind === 'pending') throw notAnswered(erpSystem, of.orderId, answer);
  const stream = orderStream(of);
  if (answer.kind === 'changed') {
    await run.tell(order, stream, { type: 'RecordErpChange', erpSystem, changes }, `${run.intentId}:changed`);
    return;
  }
  const { code, detail } = answer;
  const holdId = derivedUlid(`${run.intentId}:ERP_REFUSED`);
  const command = { type: 'RefuseErpChange', erpSystem, changes, code, detail, holdId } as const;
  await run.tell(order, stream, command, `${run.intentId}:refused`);
};
