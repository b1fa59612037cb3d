import { setTimeout as delay } from 'node:timers/promises';
import { CallRefused, type Client } from '../../../api/client.ts';
import { periodOf } from '../../../domain/calendar.ts';

/** Finance seals what is ready every few seconds; the product exports each batch and collects what the ERP says. */
export const keepSealing = (client: Client, everyMs: number) => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const body = { bu: 'ACME', ledger: 'PRIMARY', period: periodOf(new Date().toISOString().slice(0, 10)) };
      await client.send('finance', 'POST', '/v1/gl-batches', body).catch((error: unknown) => {
        if (!(error instanceof CallRefused && error.code === 'BATCH_EMPTY')) throw error;
      });
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    end: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
};
