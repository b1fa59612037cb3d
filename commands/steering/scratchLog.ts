import type { EventStore, Expected, Position, Recorded, StreamName } from '../../domain/eventLog.ts';
import type { ClaimReads, Clock, IdempotencyStore, StoredAnswer } from '../ports.ts';

export type ScratchLog = Pick<EventStore, 'read' | 'append'> & {
  /** Everything that was appended here, in order. */
  readonly appended: () => readonly Recorded[];
};

/** Behind every place of the real log. */
const scratchPosition = (index: number): Position => `~${String(index).padStart(12, '0')}` as Position;

/**
 * A log that keeps what is appended to itself: a stream reads as it is in the real log when it is first looked at, and
 * then what was appended here. Whoever decides over it does exactly what it would do, and nothing of it happens.
 */
export const createScratchLog = (real: Pick<EventStore, 'read'>, clock: Clock): ScratchLog => {
  const appended: Recorded[] = [];
  /** The last revision of a stream in the real log, as it was first seen; −1: empty. */
  const frozenAt = new Map<StreamName, number>();

  const ownOf = (stream: StreamName): readonly Recorded[] => appended.filter((event) => event.stream === stream);

  async function* read(stream: StreamName, fromRevision = 0): AsyncIterable<Recorded> {
    const frozen = frozenAt.get(stream);
    let last = fromRevision - 1;
    for await (const event of real.read(stream, fromRevision)) {
      if (frozen !== undefined && event.revision > frozen) break;
      last = event.revision;
      yield event;
    }
    if (frozen === undefined) frozenAt.set(stream, last);
    for (const event of ownOf(stream)) if (event.revision >= fromRevision) yield event;
  }

  const lastRevision = async (stream: StreamName): Promise<number> => {
    if (!frozenAt.has(stream)) for await (const _event of read(stream));
    return ownOf(stream).at(-1)?.revision ?? frozenAt.get(stream) ?? -1;
  };

  const append: EventStore['append'] = async (stream, expected, events) => {
    const last = await lastRevision(stream);
    const actual: Expected = last === -1 ? 'no-stream' : last;
    if (actual !== expected) return { kind: 'conflict', actual };
    const recordedAt = clock();
    for (const [index, event] of events.entries()) {
      const position = scratchPosition(appended.length);
      appended.push({ ...event, stream, revision: last + 1 + index, position, recordedAt });
    }
    const position = scratchPosition(appended.length - 1);
    return { kind: 'appended', revision: last + events.length, position, recordedAt, duplicate: false };
  };

  return { read, append, appended: () => [...appended] };
};

/** Keys that are claimed nowhere but here; those that are claimed for real are as they are. */
export const createScratchClaims = (real: ClaimReads): Pick<IdempotencyStore, 'claim' | 'answer' | 'held'> => {
  const own = new Map<string, NonNullable<Awaited<ReturnType<ClaimReads['held']>>>>();
  const idOf = (scope: string, key: string): string => JSON.stringify([scope, key]);
  const held: ClaimReads['held'] = async (scope, key) => own.get(idOf(scope, key)) ?? (await real.held(scope, key));

  return {
    held,
    claim: async ({ scope, key, fingerprint, commandId }) => {
      const before = await held(scope, key);
      if (before === undefined) {
        own.set(idOf(scope, key), { fingerprint, commandId, firstUsedAt: '', answer: undefined });
        return { kind: 'claimed', commandId, resumed: false };
      }
      const { commandId: firstId, firstUsedAt, answer } = before;
      if (before.fingerprint !== fingerprint) return { kind: 'reused', firstUsedAt, commandId: firstId };
      if (answer !== undefined) return { kind: 'answered', answer, commandId: firstId };
      return { kind: 'claimed', commandId: firstId, resumed: true };
    },
    answer: async (scope: string, key: string, answer: StoredAnswer) => {
      const mine = own.get(idOf(scope, key));
      if (mine !== undefined) own.set(idOf(scope, key), { ...mine, answer });
    },
  };
};
