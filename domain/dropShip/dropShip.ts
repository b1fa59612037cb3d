import { type Decider, refuse } from '../decider.ts';
import { minQty, qtyText } from '../quantity.ts';
import { matchBill } from './bill.ts';
import type { DropShipCommand } from './commands.ts';
import type { DropShipEvent, DropShipRefused } from './events.ts';
import { evolveDropShip } from './evolve.ts';
import { recordShipNotice } from './notice.ts';
import { askedOf, headOf, type Of, type Outcome, type Placed, repeated } from './parts.ts';
import { type DropShipState, initialDropShip, openOf } from './state.ts';

/** Of a yes and a no in one message the no takes first: what is refused is not open any more. */
const acknowledge = (command: Of<'RecordAcknowledgement'>, placed: Placed, state: DropShipState): Outcome => {
  const { acknowledgementId, contentSha256, supplierReference } = command;
  const again = repeated(state.acknowledgements, acknowledgementId, contentSha256);
  if (again !== undefined) return again;
  const accepted = askedOf(state, command.accepted);
  if ('refused' in accepted) return accepted;
  const refused = askedOf(state, command.refused);
  if ('refused' in refused) return refused;
  const key = { ...headOf(placed), acknowledgementId, contentSha256 };
  const lines: DropShipRefused['data']['lines'][number][] = refused.flatMap(({ line, qty, part }) => {
    const amount = minQty(qty, openOf(line));
    return amount > 0n ? [{ lineId: line.lineId, item: line.item, qty: qtyText(amount), code: part.code }] : [];
  });
  const yes: readonly DropShipEvent[] =
    accepted.length === 0 && lines.length > 0
      ? []
      : [
          {
            type: 'DropShipAcknowledged',
            data: {
              ...key,
              ...(supplierReference === undefined ? {} : { supplierReference }),
              lines: accepted.map(({ line: { lineId }, qty, part: { shipDate } }) => ({
                lineId,
                qty: qtyText(qty),
                ...(shipDate === undefined ? {} : { shipDate }),
              })),
            },
          },
        ];
  const { shipmentId } = placed;
  return lines.length === 0 ? yes : [...yes, { type: 'DropShipRefused', data: { ...key, shipmentId, lines } }];
};

const cancel = ({ changeId, lines }: Of<'CancelDropShip'>, placed: Placed, state: DropShipState): Outcome => {
  if (state.changeIds.includes(changeId)) return [];
  const asked = askedOf(state, lines);
  if ('refused' in asked) return asked;
  const stopped = asked.flatMap(({ line, qty }) => {
    const amount = minQty(qty, openOf(line));
    return amount > 0n ? [{ lineId: line.lineId, item: line.item, qty: qtyText(amount) }] : [];
  });
  const { shipmentId } = placed;
  return stopped.length === 0
    ? []
    : [{ type: 'DropShipCancelled', data: { ...headOf(placed), changeId, shipmentId, lines: stopped } }];
};

const decide = (command: DropShipCommand, state: DropShipState): Outcome => {
  const { placed } = state;
  if (command.type === 'PlaceDropShip') {
    const { type: _type, ...data } = command;
    return placed === null ? [{ type: 'DropShipPlaced', data }] : [];
  }
  if (placed === null) return refuse('NOT_FOUND', 'There is no such purchase order.');
  switch (command.type) {
    case 'RecordAcknowledgement':
      return acknowledge(command, placed, state);
    case 'RecordShipNotice':
      return recordShipNotice(command, placed, state);
    case 'MatchBill':
      return matchBill(command, placed, state);
    case 'CancelDropShip':
      return cancel(command, placed, state);
  }
};

/** One purchase order to a supplier who delivers to the customer (spec 4.3). What of the order it covers is the allocation's decision. */
export const dropShipDecider: Decider<DropShipState, DropShipCommand, DropShipEvent> = {
  category: 'dropship',
  initial: initialDropShip,
  decide,
  evolve: evolveDropShip,
};
