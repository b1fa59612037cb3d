import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { countReplayed } from '../../adapters/postgres/replayBoard.ts';
import { orders } from '../../projections/orders/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import { lane, longHistory, replayId } from './longLane.ts';

// Replays a long lane and waits for ever in the middle of a transaction: whoever started it kills it there.

const [connectionString = ''] = process.argv.slice(2);
const db = createKysely<never>(createPool({ connectionString }));
let steps = 0;
await replayLane({ db, ...longHistory() }, orders, lane, {
  eventsPerStep: 50,
  pace: async () => {},
  isStopped: () => false,
  onStep: async (tx, events) => {
    await countReplayed(tx, replayId, { consumer: 'orders', laneKey: lane }, events);
    steps += 1;
    if (steps <= 40) return;
    console.log('in the middle');
    await new Promise(() => setInterval(() => {}, 60_000));
  },
});
