import { randomUUID } from 'node:crypto';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { orders } from '../../../projections/orders/projection.ts';
import type { Projection } from '../../../projections/projection.ts';
import { type HistoryRow, histories } from '../../support/history/histories.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import { type Bench, interleaved, perSecond, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { openProjecting } from '../harness/projecting.ts';
import { openEmmett, type PeerEvent } from '../peer/emmett.ts';
import { createOrderStatus, differingOrders, orderStatus, orderTypes } from './orderStatus.ts';
import { newStream, threeEvents } from './sampleEvents.ts';

const row = 'Emmett';
const writers = 32;

type Peer = Awaited<ReturnType<typeof openEmmett>>;

const peerEvent = ({ type, data, metadata }: HistoryRow): PeerEvent => ({
  type,
  data: JSON.parse(data) as PeerEvent['data'],
  metadata: JSON.parse(metadata) as object,
});

/** The same events in both logs; Emmett's stream by stream, which changes nothing for a projection of single orders. */
const fillPeer = async (peer: Peer, count: number): Promise<void> => {
  const streams = new Map<string, PeerEvent[]>();
  for (const page of histories()) {
    for (const each of page) {
      if (each.position > count) break;
      const events = streams.get(each.stream);
      if (events === undefined) streams.set(each.stream, [peerEvent(each)]);
      else events.push(peerEvent(each));
    }
    if ((page.at(-1)?.position ?? 0) >= count) break;
  }
  // One after the other: its consumer orders by transaction and goes on by position, so of appends that overlapped it loses some.
  for (const [stream, events] of streams) await peer.append(stream, events);
};

const appending = async (bench: Bench, connectionString: string, peer: Peer): Promise<Figure> => {
  const pool = createPool({ connectionString });
  const log = createPostgresLog({ connectionString, pool });
  try {
    const rounds = await interleaved(bench, {
      what: `append, ${writers} writers`,
      ours: () =>
        perSecond(writers, bench.seconds, async () => {
          await log.append(newStream(randomUUID()), 'no-stream', threeEvents());
        }),
      reference: () =>
        perSecond(writers, bench.seconds, async () => {
          const orderId = randomUUID();
          const events = threeEvents(orderId).map(({ type, data, metadata }) => ({ type, data, metadata }));
          await peer.append(newStream(orderId), events as readonly PeerEvent[]);
        }),
    });
    const what = `append of 3 events to a new stream, ${writers} writers`;
    return compared({ row, what, unit: 'appends/s', target: { atLeast: 5 } }, rounds);
  } finally {
    await log.close();
    await pool.end();
  }
};

/** Ours takes a fraction of a second; several in a row give a steady figure. */
const repeats = 4;

const catchingUp = async (bench: Bench, connectionString: string, peer: Peer): Promise<readonly Figure[]> => {
  const events = bench.quick ? 6_000 : 50_000;
  bench.progress(`the same ${events} events into both logs`);
  await insertHistory(connectionString, events);
  await fillPeer(peer, events);
  await createOrderStatus(connectionString);
  const projecting = openProjecting(connectionString);
  let run = '';
  const repeated = async (projection: Projection): Promise<number> => {
    let seconds = 0;
    for (let n = 0; n < repeats; n += 1) {
      await projecting.empty(projection);
      seconds += await projecting.catchUp(projection);
    }
    return (events * repeats) / seconds;
  };
  try {
    const rounds = await interleaved(bench, {
      what: 'catch-up of order status',
      ours: async () => ({ status: await repeated(orderStatus), orders: await repeated(orders) }),
      reference: async () => {
        run = `status-${randomUUID()}`;
        const rate = events / (await peer.catchUp(run, orderTypes));
        return { status: rate, orders: rate };
      },
    });
    const differing = await differingOrders(connectionString, run);
    if (differing !== 0) throw new Error(`${differing} orders have another status than the peer's`);
    const figure = (name: 'status' | 'orders', about: Pick<Figure, 'what' | 'note' | 'target'>): Figure =>
      compared(
        { row, unit: 'events/s', ...about },
        rounds.map(({ ours, reference }) => ({ ours: ours[name], reference: reference[name] })),
      );
    const length = `${events.toLocaleString('en-US')} events`;
    return [
      figure('status', {
        what: `catch-up of order status over ${length}`,
        target: { atLeast: 10 },
        note: 'Emmett 0.42.0 with batches of 2,000 and no pause between them. The same events and the same projection, the name of the last event of each order; both tables are compared row by row at the end.',
      }),
      figure('orders', {
        what: `catch-up of our whole order model over ${length}`,
        note: 'Beside the same run of Emmett: orders with lines, quantities, holds, releases and changes.',
      }),
    ];
  } finally {
    await projecting.close();
  }
};

export const emmett: Row = {
  name: 'emmett',
  run: async (bench) =>
    onNewDatabase(await bench.server(), async (connectionString) => {
      const peer = await openEmmett(connectionString);
      try {
        const caughtUp = await catchingUp(bench, connectionString, peer);
        return [await appending(bench, connectionString, peer), ...caughtUp];
      } finally {
        await peer.close();
      }
    }),
};
