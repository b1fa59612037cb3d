import type { RecordedOf } from '../../domain/events.ts';
import { buOf, reflecting, required } from '../projection.ts';
import { lostBeyond } from './overshipments.ts';
import type { LossLine, LossRow } from './rows.ts';
import { plus, type ShipmentSets, touch } from './standing.ts';

type OfLoss = RecordedOf<
  | 'ShipmentLost'
  | 'ShipmentDamaged'
  | 'ShipmentLossDecided'
  | 'ShipmentLossSettled'
  | 'ShipmentLossReassigned'
  | 'ShipmentLossCredited'
  | 'ShipmentFound'
>;

const sum = (amounts: readonly string[]): string => amounts.reduce((all, each) => plus(all, each), '0');

/** Goods of the lines do not arrive, or after all do. */
const count = (
  event: OfLoss,
  { lines }: ShipmentSets,
  name: 'lost' | 'damaged',
  all: readonly { readonly shipmentLineId: string; readonly qty: string }[],
): void => {
  for (const { shipmentLineId, qty } of all) {
    const row = required(lines.get(event.data.shipmentId, shipmentLineId), `shipment line ${shipmentLineId}`);
    lines.put({ ...row, [name]: plus(row[name], qty), ...reflecting(event) });
  }
};

/** One entry per line and confirmation, as it is settled. */
const grouped = (event: RecordedOf<'ShipmentLost' | 'ShipmentDamaged'>): readonly LossLine[] => {
  const parts = new Map<string, LossLine>();
  for (const { shipmentLineId, lineId, item, confirmationId, qty } of event.data.lines) {
    const key = `${shipmentLineId} ${confirmationId}`;
    const known = parts.get(key)?.qty ?? '0';
    parts.set(key, {
      ...{ shipmentLineId, lineId, item, confirmationId, qty: plus(known, qty) },
      ...{ unbilled: null, billed: null },
    });
  }
  return [...parts.values()];
};

const told = (event: RecordedOf<'ShipmentLost' | 'ShipmentDamaged'>, rows: ShipmentSets): void => {
  const { shipmentId, lossId, orderId, node, source, liability, at } = event.data;
  const { tracking = null, reference = null, afterDelivery = false, lines } = event.data;
  const shipment = required(rows.shipments.get(shipmentId), `shipment ${shipmentId}`);
  const kind = event.type === 'ShipmentLost' ? 'LOST' : 'DAMAGED';
  rows.losses.put({
    ...{ shipment_id: shipmentId, loss_id: lossId, order_id: orderId, node, kind, state: 'UNDECIDED', source },
    ...{ liability, outcome: null, at, told_at: event.recordedAt, tracking, reference },
    ...{ after_delivery: afterDelivery, found_at: null, currency: shipment.currency, cost: '0', credit_memo_ids: [] },
    ...{ lines: grouped(event), bu: buOf(event) },
    ...reflecting(event),
  });
  count(event, rows, kind === 'LOST' ? 'lost' : 'damaged', lines);
  touch(event, rows);
};

const change = (event: OfLoss, rows: ShipmentSets, changed: (row: LossRow) => Partial<LossRow>): LossRow => {
  const { shipmentId, lossId } = event.data;
  const row = required(rows.losses.get(shipmentId, lossId), `loss ${lossId} of shipment ${shipmentId}`);
  rows.losses.put({ ...row, ...changed(row), ...reflecting(event) });
  touch(event, rows);
  return row;
};

const settled = (event: RecordedOf<'ShipmentLossSettled'>, rows: ShipmentSets): void => {
  const { lines } = event.data;
  change(event, rows, (row) => ({
    state: 'SETTLED',
    cost: sum([row.cost, ...lines.map(({ unbilledCost }) => unbilledCost)]),
    lines: row.lines.map((line) => {
      const known = lines.filter(
        (each) => each.shipmentLineId === line.shipmentLineId && each.confirmationId === line.confirmationId,
      );
      const [unbilled, billed] = [known.map(({ unbilledQty }) => unbilledQty), known.map(({ billedQty }) => billedQty)];
      return { ...line, unbilled: sum(unbilled), billed: sum(billed) };
    }),
  }));
  touch(event, rows, (row) => lostBeyond(row, event));
};

const found = (event: RecordedOf<'ShipmentFound'>, rows: ShipmentSets): void => {
  const { at, settled: wasSettled = false, lines } = event.data;
  const { kind } = change(event, rows, () => ({ state: wasSettled ? 'FOUND_SETTLED' : 'FOUND', found_at: at }));
  const back = lines.map(({ shipmentLineId, qty }) => ({ shipmentLineId, qty: `-${qty}` }));
  count(event, rows, kind === 'LOST' ? 'lost' : 'damaged', back);
  touch(event, rows);
};

export const lossHandlers = {
  ShipmentLost: told,
  ShipmentDamaged: told,
  ShipmentLossDecided: (event: RecordedOf<'ShipmentLossDecided'>, rows: ShipmentSets): void => {
    change(event, rows, () => ({ state: 'DECIDED', outcome: event.data.outcome }));
  },
  ShipmentLossSettled: settled,
  ShipmentLossReassigned: (event: RecordedOf<'ShipmentLossReassigned'>, rows: ShipmentSets): void => {
    change(event, rows, () => ({ liability: event.data.to }));
  },
  ShipmentLossCredited: (event: RecordedOf<'ShipmentLossCredited'>, rows: ShipmentSets): void => {
    const { creditMemoId, lines } = event.data;
    change(event, rows, (row) => ({
      cost: sum([row.cost, ...lines.map(({ cost }) => cost)]),
      credit_memo_ids: [...row.credit_memo_ids, creditMemoId],
    }));
  },
  ShipmentFound: found,
} as const;
