import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/figures.ts';
import { bareConnection, type Connection, httpConnection, type Outgoing } from './connection.ts';
import type { Job, LoadResult } from './job.ts';

const tickMs = 5;

type Tally = { readonly tookMs: number[]; readonly statuses: Map<string, number>; unadvised: number; unsent: number };

const outgoingOf = (job: Job, n: number): Outgoing => ({
  path: job.path,
  headers: {
    Authorization: `Bearer ${job.token}`,
    'Idempotency-Key': `${job.serial}-${n}`,
    'Content-Type': 'application/json',
  },
  body: (job.bodies[n % job.bodies.length] ?? '{}').replace('@', `${job.serial}-${n}`),
});

const sendOne = async (connection: Connection, job: Job, n: number, tally: Tally): Promise<void> => {
  const startedAt = performance.now();
  let status = 'cut';
  try {
    const answer = await connection.send(outgoingOf(job, n));
    status = String(answer.status);
    if (answer.status === 503 && !answer.hasRetryAfter) tally.unadvised += 1;
  } catch {
    // Counted as `cut`; the next request opens a new connection.
  }
  tally.tookMs.push(performance.now() - startedAt);
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
};

/** Each connection sends again as soon as it has its answer. */
const closedLoop = async (job: Job, connections: readonly Connection[], tally: Tally): Promise<void> => {
  const until = performance.now() + job.seconds * 1_000;
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < until) await sendOne(connection, job, next++, tally);
    }),
  );
};

/** Requests are sent when they are due, as long as a connection is free. */
const atRate = async (job: Job, rate: number, connections: readonly Connection[], tally: Tally): Promise<void> => {
  const startedAt = performance.now();
  const free = [...connections];
  const running = new Set<Promise<void>>();
  let next = 0;
  for (let elapsed = 0; elapsed < job.seconds * 1_000; elapsed = performance.now() - startedAt) {
    for (const due = Math.floor((elapsed / 1_000) * rate); next < due; next += 1) {
      const connection = free.pop();
      if (connection === undefined) {
        tally.unsent += 1;
        continue;
      }
      const sending = sendOne(connection, job, next, tally).finally(() => {
        free.push(connection);
        running.delete(sending);
      });
      running.add(sending);
    }
    await delay(tickMs);
  }
  await Promise.all(running);
};

const run = async (job: Job): Promise<LoadResult> => {
  const tally: Tally = { tookMs: [], statuses: new Map(), unadvised: 0, unsent: 0 };
  const open = job.client === 'http' ? httpConnection : bareConnection;
  const connections = Array.from({ length: job.connections }, () => open(job.port));
  const startedAt = performance.now();
  await (job.rate === undefined ? closedLoop(job, connections, tally) : atRate(job, job.rate, connections, tally));
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  const { tookMs, statuses, unadvised, unsent } = tally;
  return {
    answered: tookMs.length,
    perSecond: tookMs.length / seconds,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    maxMs: quantile(tookMs, 1),
    statuses: Object.fromEntries(statuses),
    unadvised,
    unsent,
  };
};

// One job at a time, given by the parent; the process ends when the parent lets go of it.
process.on('message', (job: Job) => {
  void run(job).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
