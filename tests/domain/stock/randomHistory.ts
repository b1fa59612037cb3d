import fc from 'fast-check';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockState } from '../../../domain/stock/state.ts';
import { queuedBackorders } from '../../../domain/stock/state.ts';
import { openReservations } from './position.ts';
import { adjustment, extendFor, issueFor, place, queueFor, receipt, reserveFor, takeOverFor } from './samples.ts';

// Histories are random but replayable: fast-check supplies the choices, a counter supplies fresh ids.

const statuses = ['SELLABLE', 'SELLABLE', 'QUARANTINE', 'DAMAGED'] as const;
export const choice = fc.record({
  kind: fc.integer({ min: 0, max: 24 }),
  size: fc.integer({ min: 1, max: 12 }),
  target: fc.nat({ max: 1_000 }),
  flag: fc.boolean(),
});
type Choice = { readonly kind: number; readonly size: number; readonly target: number; readonly flag: boolean };

const instant = (step: number): string => new Date(1_772_000_000_000 + step * 60_000).toISOString();

/** Open and closed ids alike: most commands should meet something, some should meet nothing. */
const someReservation = (state: StockState, { target }: Choice): string => {
  const open = openReservations(state);
  return open[target % (open.length + 1)]?.reservationId ?? `r-${target}`;
};

const requestAt = (state: StockState, pick: Choice, step: number): StockCommand => {
  const qty = String(pick.size);
  const reservationId = someReservation(state, pick);
  const orderId = `O${step}`;
  switch (pick.kind % 8) {
    case 0:
      return reserveFor(orderId, qty, { at: instant(step), expiresAt: pick.flag ? instant(step + 5) : null });
    case 1:
      return queueFor(orderId, qty, {
        acceptedAt: instant(step - (pick.target % 9)),
        whole: pick.flag,
        ...(pick.target % 4 === 0 ? { held: true } : {}),
      });
    case 2:
      return { ...place, type: 'Promote', reservationId };
    case 3:
      return { ...place, type: 'Release', reservationId, qty, cause: 'CANCEL' };
    case 4:
      return { ...place, type: 'ExpireReservations', at: instant(step) };
    case 5:
      return { ...place, type: 'RecordPick', reservationId, qty, pickId: `p${step}` };
    case 6: {
      const queue = queuedBackorders(state);
      const { orderId: waiting, lineId } = queue[pick.target % (queue.length + 1)] ?? { orderId: 'none', lineId: '1' };
      return { ...place, type: 'WithdrawBackorder', orderId: waiting, lineId, qty, cause: 'CANCEL' };
    }
    default:
      return { ...place, type: 'SetSafetyStock', qty: String(pick.size % 4) };
  }
};

const factAt = (state: StockState, pick: Choice, step: number): StockCommand => {
  const qty = String(pick.size);
  const status = statuses[pick.target % statuses.length] ?? 'SELLABLE';
  switch (pick.kind % 8) {
    case 0:
    case 1:
      return receipt(qty, { reference: `R${step}`, status, unitCost: `${pick.size}.25`, costMethod: 'MOVING_AVERAGE' });
    case 2:
      return adjustment(pick.flag ? qty : `-${qty}`, { reference: `A${step}`, status });
    case 3:
      return {
        ...place,
        type: 'ChangeStatus',
        reference: `S${step}`,
        qty,
        from: status,
        to: pick.flag ? 'SELLABLE' : 'BLOCKED',
        reason: 'X',
      };
    case 4:
      if (pick.flag) {
        const missing = { reservationId: someReservation(state, pick), qty, reason: 'NOT_FOUND' };
        return { ...place, type: 'RecordMissing', reference: `M${step}`, ...missing };
      }
      return issueFor(`O${step}`, qty, { reservationId: someReservation(state, pick) });
    case 5:
      return issueFor(`O${step}`, qty, { reservationId: someReservation(state, pick) });
    case 6:
      return {
        ...place,
        type: 'Reinstate',
        shipmentId: `s${step}`,
        lineId: '10',
        qty,
        unitCost: '6.00',
        cost: '0',
        currency: 'USD',
      };
    default:
      return {
        ...place,
        type: 'ExpectSupply',
        supplyId: `PO${pick.target % 5}`,
        supplyType: 'PO',
        qty,
        availableDate: '2026-03-20',
      };
  }
};

const supplyTypes = ['PO', 'ASN', 'TRANSFER'] as const;

/** What meets something that was said before: supplies that come, change and go, and a line that waits for more. */
const againAt = (state: StockState, pick: Choice, step: number): StockCommand => {
  const qty = String(pick.size);
  const supplyId = `PO${pick.target % 5}`;
  switch (pick.kind) {
    case 16:
      return pick.flag
        ? { ...place, type: 'CancelSupply', supplyId, reason: 'X' }
        : {
            ...{ ...place, type: 'SetCost', unitCost: `${pick.size}.5`, currency: 'USD', source: 'ERP' },
            method: pick.target % 2 === 0 ? 'STANDARD' : 'MOVING_AVERAGE',
          };
    case 17:
      return receipt(qty, { reference: `R${step}`, supplyId });
    case 18: {
      const queue = queuedBackorders(state);
      const { orderId, lineId, whole, held } = queue[pick.target % (queue.length + 1)] ?? {
        ...{ orderId: `O${step}`, lineId: '10', whole: false, held: false },
      };
      return queueFor(orderId, qty, { lineId, whole, acceptedAt: instant(step), ...(held ? { held: true } : {}) });
    }
    default:
      return {
        ...{ ...place, type: 'ExpectSupply', supplyId, qty },
        supplyType: supplyTypes[pick.target % supplyTypes.length] ?? 'PO',
        availableDate: pick.flag ? '2026-03-20' : '2026-04-01',
      };
  }
};

/** What a channel does before there is an order, the order that takes it over, and what a warehouse says of supplies and counts. */
const channelAt = (state: StockState, pick: Choice, step: number): StockCommand => {
  const id = someReservation(state, pick).replace(/^r-/, '');
  const at = instant(step);
  switch (pick.kind) {
    case 20:
      return extendFor(id, instant(step + pick.size), { at, forOrder: pick.flag });
    case 21:
      return takeOverFor(`T${step}`, String(pick.size), id, { at });
    case 23:
      return {
        ...{ ...place, type: 'RescheduleSupply', supplyId: `PO${pick.target % 5}`, qty: String(pick.size) },
        ...(pick.flag ? { availableDate: '2026-04-02' } : {}),
      };
    case 24: {
      const status = statuses[pick.target % statuses.length] ?? 'SELLABLE';
      const booked = String(state.onHand[status]);
      return {
        ...{ ...place, type: 'RecordCount', countId: `CC${step}`, countedAt: at, currency: 'USD' },
        counts: [{ status, counted: String(pick.size), booked }],
      };
    }
    default: {
      const purpose = pick.flag ? 'CART' : 'QUOTE';
      return reserveFor(`C${step}`, String(pick.size), {
        at,
        purpose,
        expiresAt: instant(step + 1 + (pick.target % 9)),
      });
    }
  }
};

export const commandAt = (state: StockState, pick: Choice, step: number): StockCommand => {
  if (pick.kind > 19) return channelAt(state, pick, step);
  if (pick.kind > 15) return againAt(state, pick, step);
  return pick.kind < 8 ? requestAt(state, pick, step) : factAt(state, pick, step);
};
