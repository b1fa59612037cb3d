import pg from 'pg';
import { projections } from '../../../projections/catalogue.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import type { BenchServer } from './database.ts';
import { openProjecting } from './projecting.ts';

/** A database with a long log and every read model filled from it. */
export type FilledLog = {
  readonly connectionString: string;
  readonly events: number;
  /** From empty tables until every read model was at the head. */
  readonly seconds: number;
};

/** What autovacuum does to new tables within their first minutes, done at once: figures of later are wanted. */
export const settle = async (connectionString: string): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
};

const fill = async (server: BenchServer, events: number, progress: (text: string) => void): Promise<FilledLog> => {
  const { connectionString } = await server.newDatabase();
  let said = 0;
  await insertHistory(connectionString, events, (inserted) => {
    if (inserted - said < 100_000) return;
    said = inserted;
    progress(`${inserted.toLocaleString('en-US')} of ${events.toLocaleString('en-US')} events inserted`);
  });
  const projecting = openProjecting(connectionString);
  progress(`every read model over ${events.toLocaleString('en-US')} events`);
  const seconds = await projecting.followAll(projections);
  await projecting.close();
  await settle(connectionString);
  return { connectionString, events, seconds };
};

/** Several rows need one; each length is made once and goes with the server. */
export const createFilledLogs = (server: () => Promise<BenchServer>) => {
  const made = new Map<number, Promise<FilledLog>>();
  return (events: number, progress: (text: string) => void): Promise<FilledLog> => {
    const known = made.get(events);
    if (known !== undefined) return known;
    const filling = server().then((started) => fill(started, events, progress));
    made.set(events, filling);
    return filling;
  };
};
