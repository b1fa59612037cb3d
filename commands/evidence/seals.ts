import type { EventFeed, EventStore } from '../../domain/eventLog.ts';
import { type Checkpoint, checkpointStream } from '../../domain/evidence/checkpoint.ts';
import type { StoredCheckpoint, TreeReads } from '../../domain/evidence/ports.ts';
import { isCheckpoint } from '../../domain/evidence/shape.ts';

/** A checkpoint as its own event in the log says it; undefined: that event is none any more. */
export type LoggedCheckpoint = {
  readonly revision: number;
  readonly position: string;
  readonly checkpoint: Checkpoint | undefined;
};

/** What the database and the log have of one checkpoint. */
export type Seal = {
  readonly revision: number;
  readonly stored: StoredCheckpoint | undefined;
  readonly logged: LoggedCheckpoint | undefined;
  /** The log could be read as far as this one. */
  readonly isLogRead: boolean;
};

export type SealPlaces = {
  readonly feed: Pick<EventFeed, 'readAfter'> & Pick<EventStore, 'read'>;
  readonly tree: TreeReads;
};

const pageEntries = 1_000;

async function* storedSeals(tree: TreeReads): AsyncGenerator<StoredCheckpoint, undefined> {
  for (let after = -1; ; ) {
    const entries = await tree.storedCheckpoints(after, pageEntries);
    yield* entries;
    after = entries.at(-1)?.revision ?? after;
    if (entries.length < pageEntries) return undefined;
  }
}

/** Ends with whether it came to the end of the stream: an event that is no JSON any more cannot be passed over. */
async function* loggedSeals({ read }: SealPlaces['feed']): AsyncGenerator<LoggedCheckpoint, boolean> {
  try {
    for await (const { revision, position, data } of read(checkpointStream))
      yield { revision, position, checkpoint: isCheckpoint(data) ? data : undefined };
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The checkpoints in order of revision, as the database and as the log has them, one at a time. */
export async function* sealsOf({ feed, tree }: SealPlaces): AsyncGenerator<Seal, undefined> {
  const [inDatabase, inLog] = [storedSeals(tree), loggedSeals(feed)];
  let [stored, logged] = [await inDatabase.next(), await inLog.next()];
  for (;;) {
    const here = stored.done === true ? undefined : stored.value;
    const there = logged.done === true ? undefined : logged.value;
    if (here === undefined && there === undefined) return undefined;
    const revision = Math.min(here?.revision ?? Infinity, there?.revision ?? Infinity);
    const own = here?.revision === revision ? here : undefined;
    const its = there?.revision === revision ? there : undefined;
    yield { revision, stored: own, logged: its, isLogRead: logged.done !== true || logged.value };
    if (own !== undefined) stored = await inDatabase.next();
    if (its !== undefined) logged = await inLog.next();
  }
}

/** The name of the log, as its checkpoints give it; undefined: it has none, neither in itself nor in the database. */
export const originOf = async (places: SealPlaces): Promise<string | undefined> => {
  for await (const { stored, logged } of sealsOf(places)) {
    const origin = (logged?.checkpoint ?? stored?.checkpoint)?.origin;
    if (origin !== undefined) return origin;
  }
  return undefined;
};
