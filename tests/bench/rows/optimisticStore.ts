import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isRefusal } from '../../../domain/decider.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';

const clients = 32;
/** Random, and longer while conflicts repeat: without it 32 clients do little but collide. */
const pauseMsMax = 64;

type Read = { readonly type: string; readonly data: string };

/**
 * The pattern as it is usually written, as a reference: read the stream, decide, insert at the next revision, and start
 * again when somebody else was first. No snapshots, no mailbox.
 */
export const openOptimisticStore = async (connectionString: string) => {
  const pool = new pg.Pool({ connectionString, max: clients });
  // Its database is dropped at the end, perhaps before the last of its connections has gone.
  pool.on('error', () => {});
  await pool.query(
    'create table public.plain_event (stream text, revision int, type text not null, data text not null, primary key (stream, revision))',
  );

  /** False: somebody else was first. A conflict is an answer here and not an error, which costs the server least. */
  const insert = async (stream: string, revision: number, { type, data }: StockEvent): Promise<boolean> => {
    const { rowCount } = await pool.query({
      name: 'plain-append',
      text: 'insert into public.plain_event values ($1, $2, $3, $4) on conflict do nothing',
      values: [stream, revision, type, JSON.stringify(data)],
    });
    return rowCount === 1;
  };

  /** A first command, which nobody competes with. */
  const open = async (stream: string, command: StockCommand): Promise<void> => {
    const outcome = stockDecider.decide(command, stockDecider.initial);
    if (isRefusal(outcome)) throw new Error(outcome.detail);
    for (const [revision, event] of outcome.entries()) await insert(stream, revision, event);
  };

  const decideOnce = async (stream: string, command: StockCommand): Promise<void> => {
    let state = stockDecider.initial;
    let revision = -1;
    for (let attempt = 0; ; attempt += 1) {
      const { rows } = await pool.query<Read>({
        name: 'plain-read',
        text: 'select type, data from public.plain_event where stream = $1 and revision > $2 order by revision',
        values: [stream, revision],
      });
      for (const { type, data } of rows)
        state = stockDecider.evolve(state, { type, data: JSON.parse(data) } as StockEvent);
      revision += rows.length;
      const outcome = stockDecider.decide(command, state);
      if (isRefusal(outcome)) return;
      const [event, ...more] = outcome;
      if (event === undefined || more.length > 0) throw new Error('a reservation is one event');
      if (await insert(stream, revision + 1, event)) return;
      await delay(Math.random() * Math.min(pauseMsMax, 2 ** attempt));
    }
  };

  const inParallel = async (commands: readonly (StockCommand & { readonly item: string })[]): Promise<void> => {
    let next = 0;
    const client = async (): Promise<void> => {
      for (let command = commands[next++]; command !== undefined; command = commands[next++])
        await decideOnce(command.item, command);
    };
    await Promise.all(Array.from({ length: clients }, client));
  };

  const typesOf = async (stream: string): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ type: string }>('select type from public.plain_event where stream = $1', [
      stream,
    ]);
    return rows.map(({ type }) => type);
  };

  return { clients, open, inParallel, typesOf, close: () => pool.end() };
};
