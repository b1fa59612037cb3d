import { contentSha256 } from '../../commands/canonicalJson.ts';
import { toDomain } from '../../commands/codec.ts';
import { foldingOf } from '../../commands/deciding/deciders.ts';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import type { Scope } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { isDamage, readTold } from '../evidence/damage.ts';
import { blockedBy, isBlockedLane } from './folding.ts';
import { plainState } from './plainState.ts';

type Folding = NonNullable<ReturnType<typeof foldingOf>>;
type Folded = { state: Folding['initial']; last: Recorded | undefined };

const fold = async (
  events: AsyncIterable<Recorded>,
  { evolve }: Folding,
  position: string | undefined,
  into: Folded,
): Promise<void> => {
  for await (const recorded of events) {
    if (position !== undefined && recorded.position > position) return;
    try {
      into.state = evolve(into.state, toDomain(recorded));
    } catch {
      throw blockedBy(recorded);
    }
    into.last = recorded;
  }
};

/**
 * The state that a stream had at `position`: its events up to there, folded by its own decider. Undefined when it had none.
 * Throws `HttpProblem` for an event that cannot be read or folded, to whoever may see the stream.
 */
export const streamState = async (
  { log }: Pick<ApiDeps, 'log'>,
  stream: StreamName,
  position: string | undefined,
  scope: Scope | undefined,
) => {
  const folding = foldingOf(stream);
  if (folding === undefined) return undefined;
  const folded: Folded = { state: folding.initial, last: undefined };
  const isVisible = () => scope === undefined || scope.bus.includes(folded.last?.metadata.partition.bu ?? '');
  try {
    await fold(readTold(log.store, stream), folding, position, folded);
  } catch (error) {
    // An event that is spoilt does not say whose it is; those before it do.
    if ((isDamage(error) || isBlockedLane(error)) && !isVisible()) return undefined;
    throw error;
  }
  const { last } = folded;
  if (last === undefined || !isVisible()) return undefined;
  const { revision, eventId, type, recordedAt } = last;
  const plain = plainState(folded.state);
  const lastEvent = { eventId, type, revision, position: last.position, recordedAt };
  return { stream, bu: last.metadata.partition.bu, lastEvent, state: plain, sha256: contentSha256(plain) };
};
