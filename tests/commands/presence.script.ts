import { createWorkerRegister } from '../../adapters/postgres/deadHolders.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { createPresence } from '../../commands/workers/presence.ts';

// A worker that takes all there is, says so, and hangs until it is killed.
const [connectionString = '', worker = ''] = process.argv.slice(2);
const onError = (error: unknown): void => console.error(error);
const db = createKysely<never>(createPool({ connectionString, onError, applicationName: worker, connectionsMax: 2 }));
const presence = createPresence({
  leases: createLeases(connectionString),
  register: createWorkerRegister(db),
  worker,
  onFreed: () => {},
  onError,
});
void presence.run(new AbortController().signal);
await presence.present;
const taken = await createOutbox(db).take(worker, 10, 3_600_000);
console.log(taken.length);
setInterval(() => {}, 60_000);
