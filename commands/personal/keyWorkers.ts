import type { EventFeed, Position } from '../../domain/eventLog.ts';
import { toDomain } from '../codec.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, MasterKeys, Rewrapped, SubjectKey, SubjectKeys } from '../ports.ts';

const pageEventsMax = 1_000;
const rewrapAtOnce = 500;
const noteEveryMs = 1_000;

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
export const createErasures = ({ feed, checkpoints, keys }: ErasureWorkerPorts): (() => Promise<boolean>) => {
  /** Where the checkpoint is, and how far the log was followed beyond it; undefined: to be read. */
  let at: { readonly noted: Position | 'start'; readonly through: Position | 'start' } | undefined;
  let notedAtMs = Number.NEGATIVE_INFINITY;

  /** Erasures are rare and everything else is passed over: its place is written once in a while, and read once. */
  const note = async (noted: Position | 'start', through: Position, isWorthIt: boolean): Promise<void> => {
    at = { noted, through };
    if (through === noted || !(isWorthIt || performance.now() - notedAtMs > noteEveryMs)) return;
    notedAtMs = performance.now();
    at = undefined;
    if (await checkpoints.advance(erasuresCheckpoint, noted, through)) at = { noted: through, through };
  };

  return async () => {
    if (at === undefined) {
      const noted = await checkpoints.read(erasuresCheckpoint);
      at = { noted, through: noted };
    }
    const { noted, through } = at;
    const page = await feed.readAfter(through, pageEventsMax, { categories: ['subject'] });
    for (const event of page.events.map(toDomain)) {
      if (event.type === 'SubjectErased') await keys.destroy(event.data.subject, event.data.throughGeneration);
    }
    if (page.throughPosition === 'start') return false;
    await note(noted, page.throughPosition, page.events.length > 0);
    return page.events.length === pageEventsMax;
  };
};

export const runErasures = (ports: ErasureWorkerPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createErasures(ports), changed: ports.feed.changed, onError: ports.onError }, signal);

export type RewrapPorts = {
  readonly keys: Pick<SubjectKeys, 'wrappedOtherwise' | 'rewrap'>;
  readonly master: MasterKeys;
};

/**
 * Wraps some of what an older master key wraps with the newest one; says how many. None left: the older ones may go. A key
 * that no master key unwraps keeps no other from it, and is thrown.
 */
export const rewrapOnce = async ({ keys, master }: RewrapPorts): Promise<number> => {
  const rows = await keys.wrappedOtherwise(await master.newest(), rewrapAtOnce);
  const rewrapped = async (key: SubjectKey): Promise<readonly Rewrapped[]> => {
    if (key.wrapped === null) return [];
    const secret = await master.unwrap({ wrapped: key.wrapped, masterKeyId: key.masterKeyId }, key.subject);
    return [{ key, to: await master.wrap(secret, key.subject) }];
  };
  const tried = await Promise.allSettled(rows.map(rewrapped));
  const changes = tried.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (changes.length > 0) await keys.rewrap(changes);
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
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
