import type pg from 'pg';

const retryMs = 1_000;

/**
 * Says whether a connection of `pool` is free at this moment, and opens one more for the next time when none is. Nobody waits
 * for it, so a server without room for it slows nobody down. While one that is needed is still being opened none is: it would
 * compete with that one for the last place.
 */
export const createSpareConnection = (pool: pg.Pool): (() => boolean) => {
  let openFromMs = 0;
  const established = new Set<pg.PoolClient>();
  pool.on('connect', (client) => established.add(client));
  pool.on('remove', (client) => established.delete(client));
  const open = async (): Promise<void> => {
    openFromMs = performance.now() + retryMs;
    try {
      (await pool.connect()).release();
    } catch {
      // Whoever needs a connection says so; this one is only good to have.
    }
  };
  return () => {
    // What was asked for in this turn still counts as idle.
    if (pool.idleCount > pool.waitingCount) return true;
    const isOpening = pool.totalCount > established.size;
    if (!isOpening && pool.totalCount < pool.options.max && performance.now() >= openFromMs) void open();
    return false;
  };
};
