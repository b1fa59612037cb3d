import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { toDomain } from '../codec.ts';
import { eventAt, type StreamReader } from '../deciding/readStream.ts';

/** An 865 that waits for others to decide, and where in the log the set lies that it answers. */
export type WaitingAnswer = {
  readonly key: string;
  readonly stream: StreamName;
  readonly revision: number;
  /** Of the changes that the set asks for. */
  readonly changeIds: readonly string[];
};

/** All throw `LogUnavailable`. */
export type WaitingAnswers = {
  /** Durable when it resolves; noted once, however often. */
  readonly note: (answer: WaitingAnswer) => Promise<void>;
  /** Those that wait for one of these changes, each once. */
  readonly waitingFor: (changeIds: readonly string[]) => Promise<readonly WaitingAnswer[]>;
  readonly forget: (key: string) => Promise<void>;
};

const decidingTypes = [
  ...['OrderLineAdded', 'OrderLineCancelled', 'OrderLineCancelRefused'],
  ...['OrderLineChanged', 'OrderLineChangeRefused'],
] as const;

/** The change that an event of an order decides, or decides a part of. */
export const decidedChange = ({ type, data }: Pick<Recorded, 'type' | 'data'>): string | undefined =>
  decidingTypes.some((deciding) => deciding === type) ? (data as { readonly changeId: string }).changeId : undefined;

/** The set that an answer is to, as it was taken. */
export const answeredSet = async (
  store: StreamReader,
  { stream, revision }: WaitingAnswer,
): Promise<RecordedOf<'TransactionSetTaken'>> => {
  const recorded = await eventAt(store, stream, revision);
  const event = recorded === undefined ? undefined : toDomain(recorded);
  if (event?.type !== 'TransactionSetTaken') throw new Error(`${stream} has no set at ${revision}`);
  return event;
};

export const waitingAnswerOf = (key: string, event: RecordedOf<'TransactionSetTaken'>): WaitingAnswer => {
  const { stream, revision, data } = event;
  return { key, stream, revision, changeIds: (data.changes ?? []).map(({ changeId }) => changeId) };
};

/**
 * The answers that events of one page may bring: those that wait already, and those to sets of the page itself, because whoever
 * looked at the order may have looked before the event that follows.
 */
export const createPageAnswers = ({ waitingFor }: Pick<WaitingAnswers, 'waitingFor'>) => {
  let keys: ReadonlyMap<string, readonly string[]> = new Map();
  return {
    look: async (page: readonly Recorded[], inPage: readonly WaitingAnswer[]): Promise<void> => {
      const decided = new Set(page.flatMap((recorded) => decidedChange(recorded) ?? []));
      const waiting = decided.size === 0 ? [] : [...(await waitingFor([...decided])), ...inPage];
      const byChange = new Map<string, Set<string>>();
      for (const { key, changeIds } of waiting)
        for (const changeId of changeIds) byChange.set(changeId, (byChange.get(changeId) ?? new Set()).add(key));
      keys = new Map([...byChange].map(([changeId, of]) => [changeId, [...of]]));
    },
    keysOf: (event: RecordedDomainEvent): readonly string[] => keys.get(decidedChange(event) ?? '') ?? [],
  };
};
