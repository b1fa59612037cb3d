/** The quantities of one order line, base units, all ≥ 0 (spec 4.4). `allocated` contains `picked`. */
export type LineBuckets = {
  readonly ordered: bigint;
  readonly unsourced: bigint;
  readonly backordered: bigint;
  readonly reserved: bigint;
  readonly allocated: bigint;
  readonly picked: bigint;
  readonly dropship: bigint;
  readonly shipped: bigint;
  readonly overshipped: bigint;
  readonly cancelled: bigint;
  readonly invoiced: bigint;
  readonly gifted: bigint;
  readonly returned: bigint;
  readonly credited: bigint;
};

export type LineStatus =
  | 'REJECTED' | 'CANCELLED' | 'CLOSED' | 'ON_HOLD' | 'INVOICED' | 'PARTIALLY_INVOICED' | 'SHIPPED' | 'PARTIALLY_SHIPPED'
  | 'PICKED' | 'RELEASED' | 'RESERVED' | 'PARTIALLY_RESERVED' | 'DROPSHIP_ORDERED' | 'BACKORDERED' | 'SOURCING' | 'PENDING';

export type OrderStatus = 'PENDING' | 'ON_HOLD' | 'OPEN' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'COMPLETED' | 'CANCELLED' | 'REJECTED';
