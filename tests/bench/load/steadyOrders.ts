import { setTimeout as delay } from 'node:timers/promises';
import type { LoadResult } from './job.ts';
import type { Generator } from './load.ts';
import { openLogWatch } from './logWatch.ts';

type Options = {
  readonly generator: Generator;
  readonly target: { readonly port: number; readonly token: string };
  readonly connectionString: string;
  readonly bodies: readonly string[];
  /** Orders that are taken and not closed yet: enough that no process waits for work, few enough that none waits for long. */
  readonly underWay: number;
};

const lookMs = 100;
const secondsMax = 3_600;

/** Keeps as many orders under way as asked for: a new one is sent when an old one is closed. */
export const keepOrdersUnderWay = async (options: Options) => {
  const { generator, target, connectionString, bodies, underWay } = options;
  const watch = await openLogWatch(connectionString);
  const result: Promise<LoadResult> = generator.run({
    ...{ port: target.port, token: target.token, path: '/v1/orders' },
    ...{ connections: 32, seconds: secondsMax, granted: true, bodies },
  });
  // Whoever fails before the end lets go of the generator; its end is then not an error of its own.
  result.catch(() => {});
  let granted = 0;
  let going = true;
  const grant = async (): Promise<void> => {
    while (going) {
      await watch.look();
      const wanted = watch.closed() + underWay - granted;
      if (wanted > 0) {
        generator.grant(wanted);
        granted += wanted;
      }
      await delay(lookMs);
    }
  };
  let failure: { readonly error: unknown } | undefined;
  const granting = grant().catch((error: unknown) => {
    failure = { error };
  });
  return {
    watch,
    /** Sends no more; answers with what was sent. */
    end: async (): Promise<LoadResult> => {
      going = false;
      await granting;
      generator.finish();
      const sent = await result;
      await watch.close();
      // A look that failed must not leave the generator running, and must not pass for a slow product.
      if (failure !== undefined) throw failure.error;
      return sent;
    },
  };
};
