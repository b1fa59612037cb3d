import type { Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { Build } from '../build.ts';
import { type ReplaySource, readPage } from '../filling/page.ts';
import type { Projection } from '../projection.ts';
import type { RawSample } from './compareTable.ts';
import { firstDifference, type Step } from './firstDifference.ts';
import { foldApart, type Watched } from './foldApart.ts';
import type { FirstEvent, Sample } from './report.ts';

/** A row whose lane has more events is not folded event by event. */
const eventsPerLaneMax = 5_000;
const eventsMax = 100_000;

const lanesOf = (projection: Projection, event: RecordedDomainEvent): readonly string[] => {
  try {
    return [projection.laneOf(event)];
  } catch {
    return [];
  }
};

const waitedFor = (projection: Projection, event: RecordedDomainEvent): readonly string[] => {
  try {
    return projection.waitsFor(event);
  } catch {
    return [];
  }
};

/** Every handled event up to `until`, page by page. */
async function* eventsUntil(
  source: ReplaySource,
  projection: Projection,
  until: Position,
): AsyncGenerator<readonly RecordedDomainEvent[]> {
  let from: Position | 'start' = 'start';
  for (;;) {
    const page = await readPage(source, from, until);
    yield page.events.filter((event) => projection.handles.has(event.type));
    if (page.atHead || page.through === from) return;
    from = page.through;
  }
}

type Place = { readonly lane: string; readonly event: RecordedDomainEvent };

/** Every place in the log that the row names: what it reflects, and what made it. */
const positionsOf = ({ live, new: next }: RawSample): readonly string[] =>
  [live, next].flatMap((row) =>
    Object.entries(row ?? {}).flatMap(([name, value]) => (name.endsWith('position') && value !== null ? [value] : [])),
  );

/** The events that the sampled rows name, and which lanes they belong to. */
const placesOf = async (
  source: ReplaySource,
  projection: Projection,
  samples: readonly RawSample[],
  until: Position,
): Promise<{ readonly places: ReadonlyMap<string, Place>; readonly others: ReadonlySet<string> }> => {
  const wanted = new Set(samples.flatMap(positionsOf));
  const places = new Map<string, Place>();
  const others = new Set<string>();
  for await (const events of eventsUntil(source, projection, until)) {
    for (const event of events.filter(({ position }) => wanted.has(position))) {
      for (const lane of lanesOf(projection, event)) places.set(event.position, { lane, event });
      for (const lane of waitedFor(projection, event)) others.add(lane);
    }
  }
  return { places, others };
};

/** The events of the lanes in log order, without those of lanes that are too long. */
const eventsOfLanes = async (
  source: ReplaySource,
  projection: Projection,
  lanes: ReadonlySet<string>,
  others: ReadonlySet<string>,
  until: Position,
): Promise<{ readonly events: readonly RecordedDomainEvent[]; readonly tooLong: ReadonlySet<string> }> => {
  const counts = new Map<string, number>();
  const tooLong = new Set<string>();
  let kept: Place[] = [];
  for await (const events of eventsUntil(source, projection, until)) {
    for (const event of events) {
      const [lane] = lanesOf(projection, event);
      if (lane === undefined || tooLong.has(lane) || !(lanes.has(lane) || others.has(lane))) continue;
      const count = (counts.get(lane) ?? 0) + 1;
      counts.set(lane, count);
      if (count > eventsPerLaneMax || kept.length >= eventsMax) {
        tooLong.add(lane);
        kept = kept.filter((each) => each.lane !== lane);
      } else kept.push({ lane, event });
    }
  }
  return { events: kept.map(({ event }) => event), tooLong };
};

const firstEventOf = (
  sample: RawSample,
  steps: readonly Step[],
  places: ReadonlyMap<string, Place>,
): FirstEvent | null => {
  const found = firstDifference(sample, steps);
  if (found === undefined) return null;
  const event = found.event ?? places.get(found.position ?? '')?.event;
  if (event === undefined) return null;
  const { position, eventId, type, stream } = event;
  return { position, eventId, type, stream, basis: found.basis };
};

const withEvent = ({ table: _, ...raw }: RawSample, firstEvent: FirstEvent | null): Sample => {
  const names = raw.kind === 'CHANGED' ? raw.columns : Object.keys(raw.live ?? raw.new ?? {});
  const columns = names.map((column) => ({ column, live: raw.live?.[column] ?? null, new: raw.new?.[column] ?? null }));
  const { kind, key, livePosition, newPosition, sealed } = raw;
  const bu = raw.live?.bu ?? raw.new?.bu ?? null;
  return { kind, key, columns, bu, livePosition, newPosition, sealed, firstEvent };
};

/**
 * Finds for each sample the first event that made the builds differ: folds the events of its lane with today's code, one by
 * one, beside both builds, and holds each step against the live row.
 */
export const labelSamples = async (
  source: ReplaySource,
  next: Build,
  samples: readonly RawSample[],
  until: Position,
): Promise<readonly { readonly table: string; readonly sample: Sample }[]> => {
  const { projection } = next;
  const { places, others } = await placesOf(source, projection, samples, until);
  const watched: readonly Watched[] = samples.map((sample, number) => ({
    number,
    sample,
    lanes: positionsOf(sample).flatMap((position) => places.get(position)?.lane ?? []),
  }));
  const lanes = new Set(watched.flatMap((each) => each.lanes));
  const { events, tooLong } = await eventsOfLanes(source, projection, lanes, others, until);
  const folded = watched.filter((each) => !each.lanes.some((lane) => tooLong.has(lane)));
  const steps = await foldApart(source.db, next, folded, events, {
    of: (event) => lanesOf(projection, event)[0] ?? '',
    shared: others,
  });
  return watched.map(({ number, sample }) => ({
    table: sample.table,
    sample: withEvent(sample, firstEventOf(sample, steps.get(number) ?? [], places)),
  }));
};
