import { setTimeout as delay } from 'node:timers/promises';
import { CallRefused, type Client } from '../../../api/client.ts';
import { periodOf } from '../../../domain/calendar.ts';

/** Nothing is ready, or the staging ledger does not show the last batch yet: the next time it is. */
const comesLater = new Set(['BATCH_EMPTY', 'BATCH_SEALED']);

const seal = async (client: Client): Promise<void> => {
  const body = { bu: 'ACME', ledger: 'PRIMARY', period: periodOf(new Date().toISOString().slice(0, 10)) };
  try {
    await client.send('finance', 'POST', '/v1/gl-batches', body);
  } catch (error) {
    if (!(error instanceof CallRefused && comesLater.has(error.code))) throw error;
  }
};

/** Finance seals what is ready every few seconds; the product exports each batch and collects what the ERP says. */
export const keepSealing = (client: Client, everyMs: number) => {
  const stopping = new AbortController();
  let failure: unknown;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await seal(client);
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run().catch((error: unknown) => {
    failure = error;
  });
  return {
    end: async (): Promise<void> => {
      stopping.abort();
      await running;
      if (failure !== undefined) throw failure;
    },
  };
};
