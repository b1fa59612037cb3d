import type { DomainEvent } from '../events.ts';
import { type BucketMove, bucketMoves } from '../order/moves.ts';
import { emptyBuckets, type LineBuckets, type LineStatus, type OrderStatus } from '../order/quantities.ts';
import { lineStatus, orderStatus } from '../order/status.ts';

export type ToldLine = {
  readonly lineId: string;
  readonly item: string;
  readonly uom: string;
  readonly buckets: LineBuckets;
  readonly status: LineStatus;
};

/** What of an order its customer is told; a function of the order's events alone, so that it is the same however often it is made. */
export type ToldOrder = {
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly accepted: boolean;
  /** Open holds: the line that each is on, or null for the order. */
  readonly holds: ReadonlyMap<string, string | null>;
  /** In the order's own order. */
  readonly lines: ReadonlyMap<string, ToldLine>;
  readonly status: OrderStatus;
};

const statusOf = ({ accepted, holds }: ToldOrder, { lineId, buckets }: ToldLine): LineStatus => {
  const held = [...holds.values()].some((on) => on === null || on === lineId);
  return lineStatus({ buckets, accepted, rejected: false, held, returnOpen: false });
};

/** With the statuses that follow; of lines whose quantities did not move too where `all` may have changed. */
const settled = (order: ToldOrder, moved: readonly string[] | 'all'): ToldOrder => {
  const lines = new Map(order.lines);
  for (const lineId of moved === 'all' ? lines.keys() : moved) {
    const line = lines.get(lineId);
    if (line !== undefined) lines.set(lineId, { ...line, status: statusOf(order, line) });
  }
  return { ...order, lines, status: orderStatus([...lines.values()]) };
};

const submitted = (data: Extract<DomainEvent, { type: 'OrderSubmitted' }>['data']): ToldOrder => {
  const { orderId, bu, channel, customerPo, soldTo } = data;
  const lines = data.lines.map(({ lineId, item, baseUom }) => {
    const line: ToldLine = { lineId, item, uom: baseUom, buckets: emptyBuckets, status: 'PENDING' };
    return [lineId, line] as const;
  });
  const about = { orderId, bu, channel, customerPo, soldTo };
  return { ...about, accepted: false, holds: new Map(), lines: new Map(lines), status: 'PENDING' };
};

/** A line that the order does not have is no line of it. */
const moved = (order: ToldOrder, moves: readonly BucketMove[]): ToldOrder => {
  if (moves.length === 0) return order;
  const lines = new Map(order.lines);
  for (const { lineId, apply } of moves) {
    const line = lines.get(lineId);
    if (line !== undefined) lines.set(lineId, { ...line, buckets: apply(line.buckets) });
  }
  return settled(
    { ...order, lines },
    moves.map(({ lineId }) => lineId),
  );
};

const withHold = (order: ToldOrder, holdId: string, on: string | null | undefined): ToldOrder => {
  const holds = new Map(order.holds);
  if (on === undefined) holds.delete(holdId);
  else holds.set(holdId, on);
  return settled({ ...order, holds }, 'all');
};

/** The order after one event of it; the very same one where the event changes nothing that is told. Undefined before it was submitted. */
export const toldAfter = (order: ToldOrder | undefined, event: DomainEvent): ToldOrder | undefined => {
  if (event.type === 'OrderSubmitted') return moved(submitted(event.data), bucketMoves(event));
  if (order === undefined) return undefined;
  switch (event.type) {
    case 'OrderAccepted':
      return settled({ ...order, accepted: true }, 'all');
    case 'OrderHeld': {
      const { holdId, scope } = event.data;
      // The order goes on.
      if (scope.kind === 'CHANGES') return order;
      return withHold(order, holdId, scope.kind === 'LINE' ? scope.lineId : null);
    }
    case 'OrderLineAdded': {
      const { lineId, item, baseUom } = event.data.line;
      const line: ToldLine = { lineId, item, uom: baseUom, buckets: emptyBuckets, status: 'PENDING' };
      return moved({ ...order, lines: new Map(order.lines).set(lineId, line) }, bucketMoves(event));
    }
    case 'OrderHoldReleased':
      return withHold(order, event.data.holdId, undefined);
    default:
      return moved(order, bucketMoves(event));
  }
};
