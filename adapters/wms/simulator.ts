import type { RunningSimulator, SimulatorOptions } from '../http/simulatedPartner.ts';
import type { WireMessage } from './schema.ts';
import { applyEntry, emptyFloor, type Floor, floorEntry, openLines } from './simulatorFloor.ts';
import { pickConfirmationOf, shippingAdviceOf } from './simulatorMessages.ts';
import {
  type Counts,
  handRoutes,
  messageRoute,
  recordMessage,
  shippingOrderRoutes,
  type Warehouse,
} from './simulatorRoutes.ts';
import { stockRoutes } from './simulatorStockRoutes.ts';

export type WmsSimulatorOptions = SimulatorOptions & {
  /** Bearer token to demand; absent: none. */
  readonly token?: string;
  /** `auto` picks and ships what is released; `manual` accepts and waits. */
  readonly mode?: 'auto' | 'manual';
  /** Between acceptance and picking, and between picking and shipping. */
  readonly autoDelayMs?: number;
};

/** Wakes everyone who waits for a message. */
const createBell = () => {
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      for (const go of waiting) go();
    },
    next: (waitMs: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, waitMs);
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      }),
  };
};

/** Picks, later ships, what is open of a release; whatever was stopped in between stays. */
const createAutomat = (floor: Floor, tell: (content: WireMessage) => void, delayMs: number) => {
  const timers = new Map<string, NodeJS.Timeout>();
  const step = (releaseId: string): void => {
    timers.delete(releaseId);
    const held = floor.orders.get(releaseId);
    if (held === undefined || openLines(held).length === 0) return;
    const now = new Date().toISOString();
    const picked = held.picks > 0;
    try {
      tell(picked ? shippingAdviceOf(held, now) : pickConfirmationOf(held, now));
    } catch {
      // Not written down, so it did not happen: a full disk must not end the process, and the step comes again.
      wake(releaseId);
      return;
    }
    if (!picked) wake(releaseId);
  };
  const wake = (releaseId: string): void => {
    if (!timers.has(releaseId))
      timers.set(
        releaseId,
        setTimeout(() => step(releaseId), delayMs),
      );
  };
  return {
    wake,
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
};

const stateOf = (floor: Floor, counts: Counts) => {
  const shipments = floor.messages.filter((message) => message.messageType === 'SHIPPING_ADVICE');
  return {
    shippingOrders: floor.ordersEver,
    open: [...floor.orders.values()].filter((held) => openLines(held).length > 0).length,
    messages: floor.forgotten + floor.messages.length,
    shipments: shipments.length,
    distinctShipments: new Set(shipments.map((message) => message.messageId)).size,
    ...counts,
  };
};

/** A warehouse acted out: takes shipping orders, stops what has not left, tells what was picked, shipped or missing. */
export const startWmsSimulator = (options: WmsSimulatorOptions): Promise<RunningSimulator> => {
  const { serve, token, mode = 'auto', autoDelayMs = 150, ...place } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return serve({ ...place, name: 'wms', ...authorization }, ({ record, faultFor }) => {
    const floor = emptyFloor();
    const counts: Counts = { duplicatesAttempted: 0, stops: 0 };
    const bell = createBell();
    const automat = createAutomat(floor, (content) => recordMessage({ record, faultFor }, content), autoDelayMs);
    const wake = mode === 'auto' ? automat.wake : () => {};
    const warehouse: Warehouse = { floor, counts, record, wake, faultFor, nextMessage: bell.next };
    return {
      routes: [
        ...shippingOrderRoutes(warehouse),
        messageRoute(warehouse),
        ...stockRoutes(warehouse),
        ...handRoutes(warehouse),
      ],
      apply: (entry) => {
        const parsed = floorEntry.parse(entry);
        applyEntry(floor, parsed);
        if (parsed.kind === 'message' || parsed.kind === 'again') bell.ring();
      },
      state: () => stateOf(floor, counts),
      started: () => {
        for (const [releaseId, held] of floor.orders) if (openLines(held).length > 0) wake(releaseId);
      },
      stopped: automat.stop,
    };
  });
};
