import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockState } from '../../../domain/stock/state.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { frozen, scenarioOf } from './scenario.ts';

export const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' } as const;

type Of<T extends StockCommand['type']> = Extract<StockCommand, { readonly type: T }>;

export const receipt = (qty: string, more: Partial<Of<'RecordReceipt'>> = {}): Of<'RecordReceipt'> => ({
  ...place,
  type: 'RecordReceipt',
  reference: `R-${qty}`,
  qty,
  status: 'SELLABLE',
  currency: 'USD',
  costMethod: 'STANDARD',
  ...more,
});

export const adjustment = (qty: string, more: Partial<Of<'RecordAdjustment'>> = {}): Of<'RecordAdjustment'> => ({
  ...place,
  type: 'RecordAdjustment',
  reference: `A-${qty}`,
  qty,
  status: 'SELLABLE',
  reason: 'COUNT',
  currency: 'USD',
  ...more,
});

export const reserveFor = (orderId: string, qty: string, more: Partial<Of<'Reserve'>> = {}): Of<'Reserve'> => ({
  ...place,
  type: 'Reserve',
  reservationId: `r-${orderId}`,
  orderId,
  lineId: '10',
  qty,
  needDate: '2026-03-10',
  purpose: 'ORDER',
  expiresAt: null,
  at: '2026-03-02T08:00:00.000Z',
  ...more,
});

/** What a channel set aside for a cart until 08:15. */
export const cartOf = (id: string, qty: string, more: Partial<Of<'Reserve'>> = {}): Of<'Reserve'> =>
  reserveFor(id, qty, { purpose: 'CART', expiresAt: '2026-03-02T08:15:00.000Z', ...more });

export const extendFor = (id: string, expiresAt: string, more: Partial<Of<'Extend'>> = {}): Of<'Extend'> => ({
  ...{ ...place, type: 'Extend', reservationId: `r-${id}`, expiresAt, at: '2026-03-02T08:10:00.000Z', forOrder: false },
  ...more,
});

export const takeOverFor = (
  orderId: string,
  qty: string,
  cart: string,
  more: Partial<Of<'TakeOver'>> = {},
): Of<'TakeOver'> => ({
  ...{ ...place, type: 'TakeOver', reservationId: `r-${orderId}`, from: `r-${cart}`, orderId, lineId: '10', qty },
  ...{ needDate: '2026-03-10', at: '2026-03-02T08:10:00.000Z' },
  ...more,
});

export const queueFor = (
  orderId: string,
  qty: string,
  more: Partial<Of<'QueueBackorder'>> = {},
): Of<'QueueBackorder'> => ({
  ...place,
  type: 'QueueBackorder',
  orderId,
  lineId: '10',
  qty,
  needDate: '2026-03-10',
  acceptedAt: '2026-03-02T08:00:00.000Z',
  whole: false,
  ...more,
});

export const issueFor = (orderId: string, qty: string, more: Partial<Of<'Issue'>> = {}): Of<'Issue'> => ({
  ...place,
  type: 'Issue',
  orderId,
  lineId: '10',
  shipmentId: `s-${orderId}`,
  confirmationId: `c-${orderId}`,
  reservationId: `r-${orderId}`,
  qty,
  lots: [],
  serials: [],
  unitCost: '6.00',
  cost: '0',
  currency: 'USD',
  costMethod: 'STANDARD',
  ...more,
});

/** The shipment that took them was voided. */
export const reinstateFor = (orderId: string, qty: string, more: Partial<Of<'Reinstate'>> = {}): Of<'Reinstate'> => ({
  ...{ ...place, type: 'Reinstate', shipmentId: `s-${orderId}`, lineId: '10', qty },
  ...{ unitCost: '6.00', cost: '0', currency: 'USD' },
  ...more,
});

/** An instant of the day on which things happen. */
export const at = (time: string): string => `2026-03-02T${time}:00.000Z`;

/** What was found at 10:00. */
export const count = (counted: string, booked: string, more: Partial<Of<'RecordCount'>> = {}): Of<'RecordCount'> => ({
  ...{ ...place, type: 'RecordCount', countId: 'CC-1', countedAt: at('10:00'), currency: 'USD' },
  counts: [{ status: 'SELLABLE', counted, booked }],
  ...more,
});

export const costly = receipt('100', { unitCost: '6.00' });

export const promoteFor = (orderId: string): Of<'Promote'> => ({
  ...place,
  type: 'Promote',
  reservationId: `r-${orderId}`,
});

export const releaseFor = (orderId: string, qty: string): Of<'Release'> => ({
  ...place,
  type: 'Release',
  reservationId: `r-${orderId}`,
  qty,
  cause: 'CANCEL',
});

export const supply = (supplyId: string, qty: string, availableDate = '2026-03-20'): Of<'ExpectSupply'> => ({
  ...place,
  type: 'ExpectSupply',
  supplyId,
  supplyType: 'PO',
  qty,
  availableDate,
});

export const { given, stateAfter } = scenarioOf(stockDecider);

export const frozenState = frozen<StockState>;
