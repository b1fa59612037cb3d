import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { inParallel } from '../../../commands/inParallel.ts';
import { orders } from '../../../projections/orders/projection.ts';
import { type HistoryRow, histories } from '../../support/history/histories.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import { type Bench, interleaved, perSecond, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { openProjecting } from '../harness/projecting.ts';
import { openEmmett, type PeerEvent } from '../peer/emmett.ts';
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
  await inParallel([...streams], 8, ([stream, events]) => peer.append(stream, events));
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

const orderTypes: readonly string[] = [
  ...['OrderSubmitted', 'OrderPriced', 'OrderAccepted', 'ErpOrderRegistered', 'OrderLineProgressed', 'OrderClosed'],
];

const orderEventsIn = async (connectionString: string): Promise<number> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from emmett_order_status');
  await client.end();
  return rows[0]?.n ?? 0;
};

const catchingUp = async (bench: Bench, connectionString: string, peer: Peer): Promise<Figure> => {
  const events = bench.quick ? 12_000 : 50_000;
  bench.progress(`the same ${events} events into both logs`);
  await insertHistory(connectionString, events);
  await fillPeer(peer, events);
  const projecting = openProjecting(connectionString);
  try {
    const rounds = await interleaved(bench, {
      what: 'catch-up of order status',
      ours: async () => {
        await projecting.empty(orders);
        return events / (await projecting.catchUp(orders));
      },
      reference: async () => events / (await peer.catchUp(`status-${randomUUID()}`, orderTypes)),
    });
    // A peer that had skipped its work would be a fast one.
    if ((await orderEventsIn(connectionString)) === 0) throw new Error('the peer projected nothing');
    return compared(
      {
        ...{ row, what: `catch-up of order status over ${events.toLocaleString('en-US')} events`, unit: 'events/s' },
        ...{ target: { atLeast: 10 } },
        note: `Emmett 0.42.0 with batches of 2,000 and no pause between them; its projection keeps the last event's name per order, ours the whole order with lines, holds and releases.`,
      },
      rounds,
    );
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
        return [await appending(bench, connectionString, peer), caughtUp];
      } finally {
        await peer.close();
      }
    }),
};
