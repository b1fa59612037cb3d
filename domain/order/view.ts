import { maxQty, minQty } from '../quantity.ts';
import { valuesOf } from '../stock/orderedMap.ts';
import type { HoldScope, HoldType, Totals } from './events.ts';
import type { FraudStatus } from './fraudCheck.ts';
import {
  emptyBuckets,
  type LineBuckets,
  type LineStatus,
  type OpenQuantities,
  type OrderStatus,
} from './quantities.ts';
import { type Hold, holdsInForce, type OrderLine, type OrderState, orderLines } from './state.ts';
import { lineStatus, orderStatus } from './status.ts';

/** What the allocation knows of a line (`lineOf` of its state); undefined before acceptance. */
export type AllocatedQuantities = OpenQuantities & {
  readonly shipped: bigint;
  readonly overshipped: bigint;
  readonly gifts: readonly { readonly qty: bigint }[];
  /** What of the order's additions it has heard of. */
  readonly added: bigint;
};

export type AllocatedOf = (lineId: string) => AllocatedQuantities | undefined;

/** Without an allocation everything that is open is unsourced. */
const bucketsOf = (line: OrderLine, allocated: AllocatedQuantities | undefined): LineBuckets => {
  const { ordered, cancelled, shipped, invoiced } = line;
  if (allocated === undefined) {
    const wanted = ordered - cancelled;
    const covered = minQty(shipped, wanted);
    return {
      ...emptyBuckets,
      ordered,
      cancelled,
      shipped,
      invoiced,
      unsourced: wanted - covered,
      overshipped: shipped - covered,
    };
  }
  const { backordered, reserved, allocated: released, dropship, overshipped } = allocated;
  const unsourced = allocated.unsourced + line.raised - allocated.added;
  const left = unsourced + backordered + reserved + released + dropship + allocated.shipped - overshipped;
  return {
    ...emptyBuckets,
    ordered,
    unsourced,
    backordered,
    reserved,
    allocated: released,
    dropship,
    shipped: allocated.shipped,
    overshipped,
    gifted: allocated.gifts.reduce((sum, gift) => sum + gift.qty, 0n),
    cancelled: maxQty(0n, ordered - left),
    invoiced,
  };
};

const holds = ({ scope }: Hold, lineId: string): boolean =>
  scope.kind === 'ORDER' || (scope.kind === 'LINE' && scope.lineId === lineId);

export type OrderView = {
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly status: OrderStatus;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly currency: string;
  readonly requestedDate: string;
  readonly totals: Totals;
  /** Absent: the order is not checked. */
  readonly fraudCheck?: FraudStatus;
  /** The ERP's number once it has the order. */
  readonly erpNumber: string | null;
  readonly holds: readonly {
    readonly holdId: string;
    readonly type: HoldType;
    readonly note: string;
    readonly lineId: string | null;
    readonly scope: HoldScope['kind'];
  }[];
  readonly lines: readonly {
    readonly lineId: string;
    /** In the place of part of which it is delivered; null: of none. */
    readonly originLineId: string | null;
    readonly item: string;
    readonly uom: string;
    readonly status: LineStatus;
    readonly unitPrice: string;
    readonly buckets: LineBuckets;
  }[];
};

/**
 * The order as the write side knows it; with the revision it is a `CapturedOrder`. `allocatedOf` gives the allocation's
 * line once there is one, so that the answer agrees with the read model. Undefined when nothing was submitted.
 */
export const orderView = (state: OrderState, allocatedOf: AllocatedOf = () => undefined): OrderView | undefined => {
  const { submitted, pricing } = state;
  if (submitted === null || pricing === null) return undefined;
  const open = holdsInForce(state);
  const lines = orderLines(state).map(({ submitted, priced, line }) => {
    const { lineId, originLineId = null, item, baseUom } = submitted;
    const buckets = bucketsOf(line, allocatedOf(lineId));
    const held = open.some((hold) => holds(hold, lineId));
    const status = lineStatus({ buckets, accepted: state.accepted, rejected: false, held, returnOpen: false });
    return { lineId, originLineId, item, uom: baseUom, status, unitPrice: priced.unitPrice, buckets };
  });
  const { orderId, bu, channel, customerPo, soldTo, currency, requestedDate } = submitted;
  return {
    orderId,
    bu,
    channel,
    status: orderStatus(lines),
    customerPo,
    soldTo,
    currency,
    requestedDate,
    totals: pricing.totals,
    ...(state.fraud !== null && { fraudCheck: state.fraud.status }),
    erpNumber: [...valuesOf(state.erpNumbers)].at(-1) ?? null,
    holds: open.map(({ holdId, type, note, scope }) => ({
      holdId,
      type,
      note,
      lineId: scope.kind === 'LINE' ? scope.lineId : null,
      scope: scope.kind,
    })),
    lines,
  };
};
