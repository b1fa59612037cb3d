import { randomUUID } from 'node:crypto';
import type { Append, AppendedTogether, NewEvent, StreamName } from '../../../domain/eventLog.ts';
import type { Batch } from '../../contracts/logFixtures.ts';

/** Park and Miller: the same seed gives the same walk. */
const generator = (seed: number) => {
  let state = (seed % 2_147_483_646) + 1;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
};

type Verdict =
  | { readonly kind: 'appended'; readonly revision: number; readonly duplicate: boolean }
  | { readonly kind: 'conflict' | 'reused' | 'withheld' };

export const verdictsOf = (outcomes: readonly AppendedTogether[]): readonly Verdict[] =>
  outcomes.map((outcome) =>
    outcome.kind === 'appended'
      ? { kind: outcome.kind, revision: outcome.revision, duplicate: outcome.duplicate }
      : { kind: outcome.kind },
  );

/** A log that looks for every id that it is given. */
const createModel = () => {
  const places = new Map<string, { readonly stream: StreamName; readonly revision: number }>();
  const revisions = new Map<StreamName, number>();
  const actual = (stream: StreamName): number => revisions.get(stream) ?? -1;
  const judge = ({ stream, expected, events }: Append): Verdict => {
    const known = events.map(({ eventId }) => places.get(eventId));
    if (known.some((place) => place !== undefined)) {
      const from = known[0]?.revision ?? 0;
      const isThere = known.every((place, index) => place?.stream === stream && place.revision === from + index);
      return isThere ? { kind: 'appended', revision: from + events.length - 1, duplicate: true } : { kind: 'reused' };
    }
    const before = expected === 'no-stream' ? -1 : expected;
    if (actual(stream) !== before) return { kind: 'conflict' };
    return { kind: 'appended', revision: before + events.length, duplicate: false };
  };
  const isNew = (verdict: Verdict): boolean => verdict.kind === 'appended' && !verdict.duplicate;
  const append = (appends: readonly Append[]): readonly Verdict[] => {
    const verdicts = appends.map(judge);
    if (!verdicts.every(isNew)) return verdicts.map((verdict) => (isNew(verdict) ? { kind: 'withheld' } : verdict));
    for (const { stream, events } of appends) {
      for (const { eventId } of events) {
        revisions.set(stream, actual(stream) + 1);
        places.set(eventId, { stream, revision: actual(stream) });
      }
    }
    return verdicts;
  };
  return { append, actual };
};

/**
 * Appends of one to three commands each, to one stream or to two together: new commands, repeated ones, and repeated ones
 * that came to more or less; by a writer that is up to date or not; some marked by nobody, as the version before does.
 */
export function* randomAppends(
  seed: number,
  count: number,
  streams: readonly StreamName[],
  decided: (commandId: string, size: number) => Batch,
) {
  const below = generator(seed);
  const model = createModel();
  const commands: { readonly id: string; readonly size: number }[] = [];

  const command = () => {
    const known = below(3) === 0 ? commands[below(commands.length || 1)] : undefined;
    if (known === undefined) {
      const made = { id: randomUUID(), size: 1 + below(4) };
      commands.push(made);
      return made;
    }
    return below(3) === 0 ? { ...known, size: 1 + below(4) } : known;
  };

  const appendTo = (stream: StreamName, taken: Set<string>): Append => {
    const chosen = Array.from({ length: 1 + below(3) }, command).filter(({ id }) => !taken.has(id) && taken.add(id));
    const all = (chosen.length > 0 ? chosen : [{ id: randomUUID(), size: 1 }]).flatMap(({ id, size }) => [
      ...decided(id, size),
    ]);
    const events = below(5) === 0 ? all.map(({ follows: _follows, ...event }): NewEvent => event) : all;
    const revision = below(6) === 0 ? model.actual(stream) - 1 : model.actual(stream);
    const expected = revision < 0 ? 'no-stream' : revision;
    return { stream, expected, events: events as unknown as Batch };
  };

  for (let n = 0; n < count; n += 1) {
    const [one, two] = [below(streams.length), below(streams.length)];
    const taken = new Set<string>();
    const appends = [...new Set([one, two])].map((index) => appendTo(streams[index] as StreamName, taken));
    yield { appends, expectedOf: () => model.append(appends) };
  }
}
