import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Position as LogPosition,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { Position, Recorded } from '../../domain/eventLog.ts';
import { pull } from './pulling.ts';
import { logPosition, positionText, readOf } from './records.ts';

export type Followed =
  | { readonly kind: 'event'; readonly recorded: Recorded }
  /** Everything up to here was looked at, in the order of the events around it. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** Everything that was in the log at that moment was sent before. Servers from 24.2 on say so. */
  | { readonly kind: 'caught-up' };

export type Names = { readonly prefixes: string[] } | { readonly regex: string };

/** The server looks at so many events before it says how far it has come. */
const searchWindowEvents = 512;
const buffer = { highWaterMark: 256 };

/** What the client's types leave out. */
type Marks = {
  readonly push: (mark: Followed) => boolean;
  readonly on: (event: 'caughtUp', listener: () => void) => void;
};

/**
 * A catch-up subscription to $all, filtered by the server, strictly after `position`. It ends by throwing, also when the
 * server ends it without an error; nothing is resumed here. Aborting `signal` ends it at once.
 */
export async function* follow(
  client: EventStoreDBClient,
  position: Position | 'start',
  names: Names,
  options: { readonly signal: AbortSignal; readonly silenceMsMax?: number },
): AsyncGenerator<Followed> {
  const window = {
    checkpointInterval: 1,
    maxSearchWindow: searchWindowEvents,
    // Called ahead of the events that are still on their way to us; as one of the items it keeps its place.
    checkpointReached: (subscription: AllStreamSubscription, reached: LogPosition): void => {
      (subscription as unknown as Marks).push({ kind: 'checkpoint', position: positionText(reached) });
    },
  };
  const filter =
    'regex' in names ? streamNameFilter({ ...window, ...names }) : streamNameFilter({ ...window, ...names });
  const fromPosition = position === 'start' ? START : logPosition(position);
  const source = client.subscribeToAll({ fromPosition, filter, requiresLeader: true }, buffer);
  const marks = source as unknown as Marks;
  marks.on('caughtUp', () => marks.push({ kind: 'caught-up' }));
  const end = (): void => void source.destroy();
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  try {
    for await (const item of pull(source, () => source.unsubscribe(), options.silenceMsMax)) {
      const marked = item as unknown as Followed | { readonly kind?: undefined };
      if (marked.kind !== undefined) yield marked;
      else if (item.event !== undefined) yield { kind: 'event', recorded: readOf(item.event).recorded };
    }
  } finally {
    options.signal.removeEventListener('abort', end);
  }
  throw Object.assign(new Error('the server ended the subscription'), { code: 14 });
}
