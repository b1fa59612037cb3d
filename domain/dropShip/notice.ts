import { minorText } from '../money.ts';
import { maxQty, qtyText } from '../quantity.ts';
import { askedOf, costOf, headOf, type Of, type Outcome, type Placed, repeated } from './parts.ts';
import { type DropShipState, openOf } from './state.ts';

type NoticeLine = Of<'RecordShipNotice'>['lines'][number];

const merged = (a: NoticeLine, b: NoticeLine): NoticeLine => ({
  ...a,
  lots: [...new Set([...a.lots, ...b.lots])],
  serials: [...a.serials, ...b.serials],
});

/** Goods left: recorded, whatever was ordered. */
export const recordShipNotice = (command: Of<'RecordShipNotice'>, placed: Placed, state: DropShipState): Outcome => {
  const { supplierAsn, contentSha256, shippedAt, carrier, tracking } = command;
  const again = repeated(state.notices, supplierAsn, contentSha256);
  if (again !== undefined) return again;
  const asked = askedOf(state, command.lines, merged);
  if ('refused' in asked) return asked;
  if (asked.length === 0) return [];
  const lines = asked.map(({ line, qty, part: { lots, serials } }) => ({
    lineId: line.lineId,
    item: line.item,
    qty: qtyText(qty),
    excess: qtyText(maxQty(0n, qty - openOf(line))),
    cost: minorText(costOf(line, placed.currency, line.shipped, qty)),
    lots,
    serials,
  }));
  const { shipmentId } = placed;
  const moved = { supplierAsn, contentSha256, shipmentId, shippedAt, tracking, lines };
  const by = carrier === undefined ? {} : { carrier };
  return [{ type: 'DropShipConfirmed', data: { ...headOf(placed), ...moved, ...by } }];
};
