import type { EventFeed } from '../../domain/eventLog.ts';
import { toDomain } from '../codec.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, MasterKeys, SubjectKeys } from '../ports.ts';

const pageEventsMax = 1_000;
const rewrapAtOnce = 500;

export const erasuresCheckpoint = 'erasures';

type OnError = (error: unknown, failures: number) => void;

export type ErasureWorkerPorts = {
  readonly feed: EventFeed;
  readonly checkpoints: Pick<Checkpoints, 'read' | 'advance'>;
  readonly keys: Pick<SubjectKeys, 'destroy'>;
  readonly onError: OnError;
};

/**
 * Destroys the keys that an erasure names. It is what makes an erasure certain: whoever recorded it may have died before
 * destroying them, and keys that come back with a backup are destroyed again as its checkpoint comes back too.
 */
export const destroyErasedOnce = async ({ feed, checkpoints, keys }: ErasureWorkerPorts): Promise<boolean> => {
  const from = await checkpoints.read(erasuresCheckpoint);
  const page = await feed.readAfter(from, pageEventsMax, { categories: ['subject'] });
  for (const event of page.events.map(toDomain)) {
    if (event.type === 'SubjectErased') await keys.destroy(event.data.subject, event.data.throughGeneration);
  }
  if (page.throughPosition === 'start' || page.throughPosition === from) return false;
  await checkpoints.advance(erasuresCheckpoint, from, page.throughPosition);
  return page.events.length === pageEventsMax;
};

export const runErasures = (ports: ErasureWorkerPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: () => destroyErasedOnce(ports), changed: ports.feed.changed, onError: ports.onError }, signal);

export type RewrapPorts = {
  readonly keys: Pick<SubjectKeys, 'wrappedOtherwise' | 'rewrap'>;
  readonly master: MasterKeys;
};

/** Wraps some of what an older master key wraps with the newest one; says how many. None left: the older ones may go. */
export const rewrapOnce = async ({ keys, master }: RewrapPorts): Promise<number> => {
  const rows = await keys.wrappedOtherwise(await master.newest(), rewrapAtOnce);
  for (const row of rows) {
    if (row.wrapped === null) continue;
    const secret = await master.unwrap({ wrapped: row.wrapped, masterKeyId: row.masterKeyId }, row.subject);
    await keys.rewrap(row, await master.wrap(secret, row.subject));
  }
  return rows.length;
};

/** Looks for a newer master key once in a while. */
export const runRewrap = (
  ports: RewrapPorts & {
    readonly wait: (signal: AbortSignal) => Promise<void>;
    readonly onRewrapped: (keys: number) => void;
    readonly onError: OnError;
  },
  signal: AbortSignal,
): Promise<void> => {
  const step = async (): Promise<boolean> => {
    const keys = await rewrapOnce(ports);
    if (keys > 0) ports.onRewrapped(keys);
    return keys > 0;
  };
  return keepGoing({ step, changed: ports.wait, onError: ports.onError }, signal);
};
