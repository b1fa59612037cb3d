import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { qty, qtyText } from '../quantity.ts';
import type { LossCommand } from './lossCommands.ts';
import type { LossEvent, LostGoods, ShipmentLossReassigned } from './lossEvents.ts';
import { settleLoss } from './lossSettlement.ts';
import { freeGoods, type Loss, lostSpans, spanOf } from './lossState.ts';
import type { Planned } from './parts.ts';
import { headOf } from './parts.ts';
import type { GoodsSpan, ShipmentState } from './state.ts';

type Of<T extends LossCommand['type']> = Extract<LossCommand, { readonly type: T }>;
type Outcome = readonly LossEvent[] | Refusal;

/** What goods of the shipment are spoken for: in a return, or lost before. */
export const takenGoods = (state: ShipmentState): readonly GoodsSpan[] => [...state.returnSpans, ...lostSpans(state)];

const everything = (state: ShipmentState): NonNullable<Of<'RecordLoss'>['lines']> =>
  state.lines
    .filter(({ confirmed }) => confirmed > 0n)
    .map(({ shipmentLineId, confirmed }) => ({ shipmentLineId, qty: qtyText(confirmed) }));

const sizeOf = (goods: readonly LostGoods[]): bigint => goods.reduce((sum, each) => sum + qty(each.qty), 0n);

/** Line by line, so that one that is named twice does not lose the same goods twice. */
const goodsNamed = (state: ShipmentState, lines: NonNullable<Of<'RecordLoss'>['lines']>) => {
  const unknown = lines.filter((line) => !state.lines.some((each) => each.shipmentLineId === line.shipmentLineId));
  if (unknown.length > 0) {
    const lineIds = unknown.map(({ shipmentLineId }) => shipmentLineId);
    return refuse('LINE_UNKNOWN', `The shipment has no line ${lineIds.join(', ')}.`, { lineIds });
  }
  const goods: LostGoods[] = [];
  for (const { shipmentLineId, qty: text, confirmationId } of lines) {
    const taken = [...takenGoods(state), ...goods.map(spanOf)];
    const found = freeGoods(state, taken, { shipmentLineId, confirmationId, amount: qty(text) });
    const free = sizeOf(found);
    if (free < qty(text)) {
      const detail = `${free} of line ${shipmentLineId} have left and are in no return and no other loss; ${text} cannot be lost.`;
      return refuse('QTY_EXCEEDS_SHIPPED', detail, { shipmentLineId, free: qtyText(free) });
    }
    goods.push(...found);
  }
  return goods;
};

/** All that left and is still on its way, for whoever names no lines. */
export const goodsOnTheirWay = (state: ShipmentState): readonly LostGoods[] =>
  everything(state).flatMap(({ shipmentLineId, qty: text }) =>
    freeGoods(state, takenGoods(state), { shipmentLineId, amount: qty(text) }),
  );

const recordLoss = (command: Of<'RecordLoss'>, plan: Planned, state: ShipmentState): Outcome => {
  const { type: _type, kind, lines, ...told } = command;
  const known = state.losses.find(({ lossId }) => lossId === told.lossId);
  if (known !== undefined) {
    if (known.contentSha256 === told.contentSha256) return [];
    const detail = `Loss ${told.lossId} was recorded before with other content.`;
    return refuse('BUSINESS_KEY_REUSED', detail, { lossId: told.lossId });
  }
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided: its goods never left.');
  if (state.confirmedLines.length === 0)
    return refuse('SHIPMENT_NOT_CONFIRMED', 'Nothing of this shipment has left, so nothing can be lost.');
  const goods = lines === undefined ? goodsOnTheirWay(state) : goodsNamed(state, lines);
  if ('refused' in goods) return goods;
  if (goods.length === 0)
    return refuse('QTY_EXCEEDS_SHIPPED', 'All that left is lost already or in a return.', { free: '0' });
  const after = state.carriage.deliveredAt === null ? {} : ({ afterDelivery: true } as const);
  const data = { ...headOf(plan), ...told, source: 'PERSON' as const, ...after, lines: goods };
  return [kind === 'LOST' ? { type: 'ShipmentLost', data } : { type: 'ShipmentDamaged', data }];
};

const lossOf = (state: ShipmentState, lossId: string): Loss | Refusal =>
  state.losses.find((loss) => loss.lossId === lossId) ??
  refuse('LOSS_UNKNOWN', `The shipment has no loss ${lossId}.`, { lossId });

const wasFound = ({ lossId }: Loss): Refusal =>
  refuse('LOSS_FOUND', `What loss ${lossId} was about has been found.`, { lossId });

const decideLoss = ({ outcome, decidedBy }: Of<'DecideLoss'>, plan: Planned, loss: Loss): Outcome => {
  const { lossId } = loss;
  if (loss.outcome === outcome) return [];
  if (loss.outcome !== null)
    return refuse('LOSS_DECIDED', `Of loss ${lossId} it is decided: ${loss.outcome}.`, { outcome: loss.outcome });
  if (loss.found) return wasFound(loss);
  return [{ type: 'ShipmentLossDecided', data: { ...headOf(plan), lossId, outcome, decidedBy } }];
};

const reassigned = (
  plan: Planned,
  state: ShipmentState,
  { lossId, liability, borne }: Loss,
  to: Pick<ShipmentLossReassigned['data'], 'to' | 'reason'>,
): ShipmentLossReassigned => ({
  type: 'ShipmentLossReassigned',
  data: { ...headOf(plan), lossId, from: liability, ...to, currency: state.currency ?? '', lines: borne },
});

const reassignLoss = (command: Of<'ReassignLoss'>, plan: Planned, state: ShipmentState, loss: Loss): Outcome => {
  const { liability: to, reason } = command;
  if (loss.found && loss.settled === null) return wasFound(loss);
  return loss.liability === to ? [] : [reassigned(plan, state, loss, { to, reason })];
};

/** The memo was drafted with who bore the loss then. */
const recordCredit = (command: Of<'RecordLossCredit'>, plan: Planned, state: ShipmentState, loss: Loss): Outcome => {
  const { type: _type, ...credited } = command;
  if (loss.creditMemoIds.includes(credited.creditMemoId)) return [];
  const event: LossEvent = { type: 'ShipmentLossCredited', data: { ...headOf(plan), ...credited } };
  if (credited.liability === loss.liability) return [event];
  const borne = credited.lines.map(({ qty: _qty, ...cost }) => cost);
  const before = { ...loss, liability: credited.liability, borne };
  return [event, reassigned(plan, state, before, { to: loss.liability, reason: 'REASSIGNED_BEFORE_CREDIT' })];
};

export const foundAgain = (
  plan: Planned,
  { lossId, goods, settled }: Loss,
  by: { readonly at: string; readonly source: 'CARRIER' | 'PERSON' },
): LossEvent => ({
  type: 'ShipmentFound',
  data: { ...headOf(plan), lossId, ...by, ...(settled === null ? {} : { settled: true }), lines: goods },
});

const recordFound = ({ at }: Of<'RecordFound'>, plan: Planned, loss: Loss): Outcome =>
  loss.found ? [] : [foundAgain(plan, loss, { at, source: 'PERSON' })];

/** What is lost is decided in the stream of its shipment: two losses never have the same goods, nor has a return. */
export const decideLosses = (command: LossCommand, plan: Planned, state: ShipmentState): Outcome => {
  if (command.type === 'RecordLoss') return recordLoss(command, plan, state);
  const loss = lossOf(state, command.lossId);
  if ('refused' in loss) return loss;
  switch (command.type) {
    case 'DecideLoss':
      return decideLoss(command, plan, loss);
    case 'SettleLoss':
      return settleLoss(command, plan, state, loss);
    case 'ReassignLoss':
      return reassignLoss(command, plan, state, loss);
    case 'RecordLossCredit':
      return recordCredit(command, plan, state, loss);
    case 'RecordFound':
      return recordFound(command, plan, loss);
  }
};
