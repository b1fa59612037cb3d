import type pg from 'pg';

const retryMs = 1_000;

/**
 * Says whether a connection of `pool` is free at this moment, and opens one more for the next time when none is. Nobody waits
 * for it, so a server without room for it slows nobody down.
 */
export const createSpareConnection = (pool: pg.Pool): (() => boolean) => {
  let openFromMs = 0;
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
    if (pool.totalCount < pool.options.max && performance.now() >= openFromMs) void open();
    return false;
  };
};
