import { refuse } from '../decider.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OrderEvent, OrderSubmitted } from './events.ts';
import { type OrderState, openHolds } from './state.ts';
import { type Decision, held, type Of } from './submitDecisions.ts';

type Submitted = OrderSubmitted['data'];

/** A hold for an earlier refusal has lost its reason once the ERP has what it refused. */
const withoutRefusals = ({ orderId, bu, soldTo }: Submitted, state: OrderState): readonly OrderEvent[] =>
  openHolds(state)
    .filter((hold) => hold.type === 'ERP_REFUSED')
    .map(({ holdId, type }) => ({
      type: 'OrderHoldReleased',
      data: { orderId, bu, soldTo, holdId, type, reason: 'REGISTERED_IN_ERP' },
    }));

export const registerErp = (command: Of<'RegisterErpOrder'>, submitted: Submitted, state: OrderState): Decision => {
  const { erpSystem, erpNumber } = command;
  const { orderId } = submitted;
  const known = valueAt(state.erpNumbers, erpSystem);
  if (known === erpNumber) return [];
  if (known !== undefined)
    return refuse('BUSINESS_KEY_REUSED', `${erpSystem} knows order ${orderId} as ${known} already.`, {
      erpSystem,
      erpNumber: known,
    });
  if (!state.accepted) return refuse('ORDER_NOT_OPEN', `Order ${orderId} is not accepted.`);
  return [
    { type: 'ErpOrderRegistered', data: { orderId, erpSystem, erpNumber } },
    ...withoutRefusals(submitted, state),
  ];
};

/** A refusal that comes after the registration is an old answer; one while its hold is open says nothing new. */
export const refuseErp = (command: Of<'RefuseErpOrder'>, submitted: Submitted, state: OrderState): Decision => {
  const { erpSystem, code, detail, holdId } = command;
  if (!state.accepted) return refuse('ORDER_NOT_OPEN', `Order ${submitted.orderId} is not accepted.`);
  if (valueAt(state.erpNumbers, erpSystem) !== undefined || valueAt(state.holds, holdId) !== undefined) return [];
  if (state.closed || openHolds(state).some((hold) => hold.type === 'ERP_REFUSED')) return [];
  const note = `${erpSystem} refused the order: ${code}`;
  return [
    { type: 'ErpOrderRefused', data: { orderId: submitted.orderId, erpSystem, code, detail } },
    held(submitted, { holdId, type: 'ERP_REFUSED', scope: { kind: 'ORDER' }, note, data: { erpSystem, code } }),
  ];
};

/** Of two that tell the ERP of the same changes the later one has nothing to say. */
export const recordErpChange = (
  { erpSystem, changes }: Of<'RecordErpChange'>,
  submitted: Submitted,
  state: OrderState,
): Decision => {
  const { orderId } = submitted;
  const erpNumber = valueAt(state.erpNumbers, erpSystem);
  if (erpNumber === undefined) return refuse('ORDER_NOT_OPEN', `${erpSystem} does not know order ${orderId}.`);
  if (changes <= state.erpTold) return [];
  return [
    { type: 'ErpOrderChanged', data: { orderId, erpSystem, erpNumber, changes } },
    ...withoutRefusals(submitted, state),
  ];
};

/**
 * The ERP has an order that is not this one any more, and somebody has to see to it. It keeps nothing from leaving: the
 * ERP knows the order. Nothing is held of an order that is closed.
 */
export const refuseErpChange = (
  { erpSystem, changes, code, detail, holdId }: Of<'RefuseErpChange'>,
  submitted: Submitted,
  state: OrderState,
): Decision => {
  const { orderId } = submitted;
  if (changes <= state.erpTold || valueAt(state.holds, holdId) !== undefined) return [];
  if (openHolds(state).some((hold) => hold.type === 'ERP_REFUSED')) return [];
  const refused: OrderEvent = { type: 'ErpOrderRefused', data: { orderId, erpSystem, code, detail } };
  if (state.closed) return [refused];
  const note = `${erpSystem} refused what was changed of the order: ${code}`;
  return [
    refused,
    held(submitted, { holdId, type: 'ERP_REFUSED', scope: { kind: 'ORDER' }, note, data: { erpSystem, code } }),
  ];
};
