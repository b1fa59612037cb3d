import type pg from 'pg';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { type PostgresProxy, startPostgresProxy } from './postgresProxy.ts';

/** A log whose appends pass a proxy that can lose replies; it loses none any more when `work` is over. */
export const withLogBehindProxy = async (
  { connectionString, pool }: { readonly connectionString: string; readonly pool: pg.Pool },
  work: (far: PostgresLog, proxy: PostgresProxy) => Promise<void>,
): Promise<void> => {
  const proxy = await startPostgresProxy(connectionString);
  const far = createPostgresLog({ connectionString: proxy.connectionString, pool });
  try {
    await work(far, proxy);
  } finally {
    proxy.loseEveryNthReply(0);
    await far.close();
    await proxy.close();
  }
};
