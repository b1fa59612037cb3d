import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Thrown when another live process already serves this data folder. */
class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly pid: number;
  constructor(dataDir: string, pid: number) {
    super(`another Throughline is running on this data folder (pid ${pid}): ${dataDir}`);
    this.pid = pid;
  }
}

/** Any constant does: the lock is the only one of its kind in the maintenance database. */
const guardKey = 7_461_001;
const namePrefix = 'throughline-guard-';
/** A server notices a killed local client within milliseconds; these cover a busy machine. */
const deadHolderWaitMsMax = 5_000;
/** A process that was just killed still looks alive until its parent has collected it. */
const liveHolderWaitMsMax = 1_000;
const pollMs = 50;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const holderPid = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and a.pid <> pg_backend_pid()`,
    [guardKey],
  );
  return Number(rows[0]?.name.slice(namePrefix.length) ?? 0);
};

/**
 * Takes the exclusive right to the data folder on a connection of its own and returns that connection; the right ends with it.
 * Throws `DataFolderInUse` when a live process holds it. The holder being dead, it waits for the server to notice.
 */
export const takeGuard = async (connectionString: string, dataDir: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString, application_name: `${namePrefix}${process.pid}`, keepAlive: true });
  // Without a listener a lost connection would end the process; the caller adds its own reaction.
  client.on('error', () => {});
  await client.connect();
  try {
    for (const begunAtMs = performance.now(); ; await delay(pollMs)) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [guardKey]);
      if (rows[0]?.taken === true) return client;
      const pid = await holderPid(client);
      const waitMsMax = pid !== 0 && isAlive(pid) ? liveHolderWaitMsMax : deadHolderWaitMsMax;
      if (performance.now() - begunAtMs > waitMsMax) throw new DataFolderInUse(dataDir, pid);
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
};
