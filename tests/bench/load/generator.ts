import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/figures.ts';
import { bareConnection, type Connection, httpConnection, type Outgoing } from './connection.ts';
import type { Job, LoadResult, Order } from './job.ts';

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
  const outgoing = outgoingOf(job, n);
  let status = 'cut';
  try {
    // A server may close a connection that was idle for long in the moment in which it is used again: the same key, once more.
    const answer = await connection.send(outgoing).catch(() => connection.send(outgoing));
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

/** Requests that may be sent and have not been; `stopped` ends the job early. */
const gate = { granted: 0, stopped: false };

/** Requests are sent when they are due, as long as a connection is free. */
const whenDue = async (
  job: Job,
  connections: readonly Connection[],
  tally: Tally,
  dueAfter: (elapsedMs: number) => number,
): Promise<void> => {
  const startedAt = performance.now();
  const free = [...connections];
  const running = new Set<Promise<void>>();
  let next = 0;
  for (let elapsed = 0; elapsed < job.seconds * 1_000 && !gate.stopped; elapsed = performance.now() - startedAt) {
    for (const due = dueAfter(elapsed); next < due; next += 1) {
      const connection = free.pop();
      // What was granted waits for its connection; what has its time passes with it.
      if (connection === undefined && job.granted) break;
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

const sendAll = (job: Job, connections: readonly Connection[], tally: Tally): Promise<void> => {
  const { rate } = job;
  if (job.granted) return whenDue(job, connections, tally, () => gate.granted);
  return rate === undefined
    ? closedLoop(job, connections, tally)
    : whenDue(job, connections, tally, (elapsed) => Math.floor((elapsed / 1_000) * rate));
};

const run = async (job: Job): Promise<LoadResult> => {
  const tally: Tally = { tookMs: [], statuses: new Map(), unadvised: 0, unsent: 0 };
  const open = job.client === 'http' ? httpConnection : bareConnection;
  const connections = Array.from({ length: job.connections }, () => open(job.port));
  const startedAt = performance.now();
  await sendAll(job, connections, tally);
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  const { tookMs, statuses, unadvised, unsent } = tally;
  return {
    answered: tookMs.length,
    perSecond: tookMs.length / seconds,
    p50Ms: quantile(tookMs, 0.5),
    p95Ms: quantile(tookMs, 0.95),
    p99Ms: quantile(tookMs, 0.99),
    maxMs: quantile(tookMs, 1),
    statuses: Object.fromEntries(statuses),
    unadvised,
    unsent,
  };
};

// One job at a time, given by the parent; the process ends when the parent lets go of it.
process.on('message', (order: Order) => {
  if ('grant' in order) gate.granted += order.grant;
  else if ('stop' in order) gate.stopped = true;
  else {
    gate.granted = 0;
    gate.stopped = false;
    void run(order.job).then((result) => process.send?.(result));
  }
});
process.on('disconnect', () => process.exit(0));
