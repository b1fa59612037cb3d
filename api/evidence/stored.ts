import { inParallel } from '../../commands/inParallel.ts';
import type { EventStore, Position, Recorded, StreamName } from '../../domain/eventLog.ts';
import { isPolicyType } from '../../domain/ledger/policy.ts';
import { damage, readTold } from './damage.ts';
import type { PolicyRun } from './policyStreams.ts';

/** Where an event must lie, as the index of events knows it. */
export type Place = {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
};

export type Stored = { readonly place: Place; readonly event: Recorded };

/** An export reads thousands of streams: all at once they would wait for a connection longer than one is waited for. */
const streamsAtOnce = 8;

/** So many events between two that are wanted are read over: it is as quick as beginning anew. */
const readOverMax = 200;

/** Those that are read in one go, by their revision. */
const runsOf = (places: readonly Place[]): readonly (readonly [Place, ...Place[]])[] => {
  const runs: [Place, ...Place[]][] = [];
  for (const place of places.toSorted((a, b) => a.revision - b.revision)) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run === undefined || before === undefined || place.revision - before.revision > readOverMax) runs.push([place]);
    else run.push(place);
  }
  return runs;
};

const inStream = async (
  store: Pick<EventStore, 'read'>,
  stream: string,
  places: readonly Place[],
): Promise<readonly Stored[]> => {
  const found: Stored[] = [];
  for (const run of runsOf(places)) {
    const wanted = new Map(run.map((place) => [place.revision, place]));
    const last = run.at(-1)?.revision ?? 0;
    // The name comes out of the log itself, by way of the index.
    for await (const event of readTold(store, stream as StreamName, run[0].revision)) {
      const place = wanted.get(event.revision);
      if (place !== undefined) found.push({ place, event });
      if (event.revision >= last) break;
    }
  }
  return found;
};

/**
 * The events at these places as the log holds them now, in log order, each once. What was altered is handed out altered,
 * so that the proof shows it; what is gone cannot be, and is told.
 */
export const readStored = async (
  store: Pick<EventStore, 'read'>,
  places: readonly Place[],
): Promise<readonly Stored[]> => {
  const distinct = [...new Map(places.map((place) => [place.eventId, place])).values()];
  const found: Stored[] = [];
  await inParallel([...Map.groupBy(distinct, ({ stream }) => stream)], streamsAtOnce, async ([stream, wanted]) => {
    found.push(...(await inStream(store, stream, wanted)));
  });
  const held = new Set(found.map(({ place }) => place.eventId));
  const gone = distinct.find(({ eventId }) => !held.has(eventId));
  if (gone !== undefined)
    throw damage(
      `The log no longer holds event ${gone.eventId} at ${gone.stream}@${gone.revision}, position ${gone.position}.`,
      gone.position,
    );
  return found.sort((a, b) => (a.place.position < b.place.position ? -1 : 1));
};

/** Every policy event of these runs up to a position, in log order. */
export const readPolicies = async (
  store: Pick<EventStore, 'read'>,
  runs: readonly PolicyRun[],
  through: Position | string,
): Promise<readonly Stored[]> => {
  const found: Stored[] = [];
  for (const { stream, from, to } of runs) {
    for await (const event of readTold(store, stream, from)) {
      if (event.position > through) break;
      if (isPolicyType(event.type)) found.push({ place: event, event });
      if (event.revision >= to) break;
    }
  }
  return found.sort((a, b) => (a.place.position < b.place.position ? -1 : 1));
};
