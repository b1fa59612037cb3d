import { z } from 'zod';
import type { SimulatedAnswer, SimulatedRoute } from '../http/simulatedPartner.ts';
import { type Cancellation, cancellation, shippingOrder, type WireMessage } from './schema.ts';
import {
  allLines,
  type Floor,
  type FloorEntry,
  type FloorOrder,
  openOf,
  type StoppedLine,
  statusOf,
} from './simulatorFloor.ts';
import { pickConfirmationOf, shippingAdviceOf, shortageNoticeOf } from './simulatorMessages.ts';

export type Counts = { duplicatesAttempted: number; stops: number };

/** What the routes of one simulated warehouse share. */
export type Warehouse = {
  readonly floor: Floor;
  readonly counts: Counts;
  readonly record: (entry: FloorEntry) => void;
  /** Something may have to be picked or shipped by itself. */
  readonly wake: (releaseId: string) => void;
  readonly faultFor: (mode: 'duplicate' | 'reorder' | 'lose', operation: string, subject: string) => unknown;
  /** Resolves at the next message, after `waitMs`, or when `signal` aborts. */
  readonly nextMessage: (waitMs: number, signal: AbortSignal) => Promise<void>;
};

/** Written down as what happened there, whether its message reaches the feed or not. */
export const recordMessage = (
  { record, faultFor }: Pick<Warehouse, 'record' | 'faultFor'>,
  content: WireMessage,
): void => {
  const isLost = faultFor('lose', 'messages', JSON.stringify(content)) !== undefined;
  record({ kind: 'message', content, ...(isLost && { lost: true }) });
};

export const refused = (status: number, code: string, message: string): SimulatedAnswer => ({
  status,
  body: { error: { code, message } },
});
export const notFound = refused(404, 'ShippingOrderNotFound', 'There is no such shipping order.');

const shown = (held: FloorOrder) => ({
  releaseId: held.order.releaseId,
  warehouseReference: held.warehouseReference,
  status: statusOf(held),
  order: held.order,
});

const put = (warehouse: Warehouse, releaseId: string, body: unknown): SimulatedAnswer => {
  const parsed = shippingOrder.safeParse(body);
  if (!parsed.success || parsed.data.releaseId !== releaseId)
    return refused(422, 'ShippingOrderInvalid', 'The shipping order is not complete.');
  const held = warehouse.floor.orders.get(releaseId);
  if (held !== undefined) {
    warehouse.counts.duplicatesAttempted += 1;
    if (JSON.stringify(held.order) === JSON.stringify(parsed.data)) return { status: 200, body: shown(held) };
    return refused(409, 'ShippingOrderDiffers', 'This release was sent with other content.');
  }
  const warehouseReference = `WO-${200_001 + warehouse.floor.ordersEver}`;
  warehouse.record({ kind: 'order', warehouseReference, order: parsed.data });
  warehouse.wake(releaseId);
  const made = warehouse.floor.orders.get(releaseId);
  return made === undefined ? notFound : { status: 201, body: shown(made) };
};

/** Stops what has not left, at most what is asked for; the answer to a change id never changes. */
const cancel = (warehouse: Warehouse, releaseId: string, { changeId, lines }: Cancellation): SimulatedAnswer => {
  const held = warehouse.floor.orders.get(releaseId);
  if (held === undefined) return notFound;
  const answered = held.stops.get(changeId);
  if (answered !== undefined) {
    warehouse.counts.duplicatesAttempted += 1;
    return { status: 200, body: { changeId, lines: answered } };
  }
  const taken = new Map<string, bigint>();
  const stopped: StoppedLine[] = lines.map(({ lineReference, quantity }) => {
    const open = openOf(held, lineReference) - (taken.get(lineReference) ?? 0n);
    const stop = BigInt(quantity) < open ? BigInt(quantity) : open;
    taken.set(lineReference, (taken.get(lineReference) ?? 0n) + stop);
    return { lineReference, quantityStopped: stop.toString() };
  });
  warehouse.record({ kind: 'stop', releaseId, changeId, lines: stopped });
  warehouse.counts.stops += 1;
  return { status: 201, body: { changeId, lines: stopped } };
};

export const shippingOrderRoutes = (warehouse: Warehouse): readonly SimulatedRoute[] => {
  const path = '/api/v1/shipping-orders/:releaseId';
  return [
    {
      operation: 'release',
      method: 'PUT',
      path,
      handle: ({ params, body }) => put(warehouse, params.releaseId ?? '', body),
    },
    {
      operation: 'findRelease',
      method: 'GET',
      path,
      handle: ({ params }) => {
        const held = warehouse.floor.orders.get(params.releaseId ?? '');
        return held === undefined ? notFound : { status: 200, body: shown(held) };
      },
    },
    {
      operation: 'stop',
      method: 'POST',
      path: `${path}/cancellations`,
      handle: ({ params, body }) => {
        const parsed = cancellation.safeParse(body);
        if (!parsed.success) return refused(422, 'CancellationInvalid', 'The cancellation is not complete.');
        return cancel(warehouse, params.releaseId ?? '', parsed.data);
      },
    },
  ];
};

const pageMax = 200;
const waitMsMax = 60_000;

export const messageRoute = (warehouse: Warehouse): SimulatedRoute => ({
  operation: 'messages',
  method: 'GET',
  path: '/api/v1/messages',
  ownFaults: ['duplicate', 'reorder', 'lose'],
  handle: async ({ query, signal }) => {
    const after = Number(query.get('after') ?? '0');
    const waitMs = Number(query.get('waitMs') ?? '0');
    if (!Number.isSafeInteger(after) || after < 0 || !(waitMs >= 0))
      return refused(422, 'CursorInvalid', 'Not a cursor.');
    const { floor } = warehouse;
    const end = () => floor.forgotten + floor.messages.length;
    if (after < floor.forgotten) return refused(410, 'CursorTooOld', 'These messages are no longer kept.');
    if (end() <= after) await warehouse.nextMessage(Math.min(waitMs, waitMsMax), signal);
    const start = after - floor.forgotten;
    const page = floor.messages
      .slice(start, start + pageMax)
      .map((content, index) => ({ sequence: String(after + index + 1), content }));
    const next = String(after + page.length);
    if (page.length === 0) return { status: 200, body: { messages: [], next: String(after) } };
    const twice =
      warehouse.faultFor('duplicate', 'messages', next) === undefined
        ? page
        : page.flatMap((message) => [message, message]);
    const turned = warehouse.faultFor('reorder', 'messages', next) === undefined ? twice : twice.toReversed();
    return { status: 200, body: { messages: turned, next } };
  },
});

const amounts = z
  .array(z.strictObject({ lineReference: z.string(), quantity: z.string().regex(/^[1-9]\d{0,17}$/) }))
  .min(1)
  .max(2_000);
const byHand = z.strictObject({
  releaseId: z.string(),
  /** Absent: everything that is open. More than that is possible, as it is in a warehouse. */
  lines: amounts.optional(),
  reasonCode: z.string().min(1).max(60).default('SHORT'),
  shipmentNumber: z.string().min(1).max(100).optional(),
  carrierCode: z.string().max(100).optional(),
  trackingNumbers: z.array(z.string().max(200)).max(100).optional(),
  freightCharge: z.strictObject({ amount: z.string(), currencyCode: z.string().length(3) }).optional(),
});

/** Lets a person or a test pick, ship or short a release by hand: `POST /control/pick|ship|short`. */
export const handRoutes = (warehouse: Warehouse): readonly SimulatedRoute[] =>
  (['pick', 'ship', 'short'] as const).map((act) => ({
    operation: 'control',
    method: 'POST',
    path: `/control/${act}`,
    handle: ({ body }) => {
      const parsed = byHand.safeParse(body);
      if (!parsed.success) return refused(422, 'MovementInvalid', 'Send releaseId and lines.');
      const held = warehouse.floor.orders.get(parsed.data.releaseId);
      if (held === undefined) return notFound;
      const now = new Date().toISOString();
      const { lines, reasonCode, ...details } = parsed.data;
      const moved = lines ?? allLines(held);
      if (moved.every(({ quantity }) => quantity === '0'))
        return refused(
          409,
          'NothingOpen',
          'Nothing of this release is open. Name lines to move more than was ordered.',
        );
      const acts: Readonly<Record<typeof act, () => WireMessage>> = {
        pick: () => pickConfirmationOf(held, now, moved),
        ship: () => shippingAdviceOf(held, now, moved, details),
        short: () =>
          shortageNoticeOf(held, warehouse.floor.messages.length + warehouse.floor.forgotten + 1, moved, reasonCode),
      };
      const content = acts[act]();
      recordMessage(warehouse, content);
      return { status: 201, body: content };
    },
  }));
