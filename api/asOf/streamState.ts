import { contentSha256 } from '../../commands/canonicalJson.ts';
import { toDomain } from '../../commands/codec.ts';
import { foldingOf } from '../../commands/deciders.ts';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import type { Scope } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { plainState } from './plainState.ts';

/** The state that a stream had at `position`: its events up to there, folded by its own decider. Undefined when it had none. */
export const streamState = async (
  { log }: Pick<ApiDeps, 'log'>,
  stream: StreamName,
  position: string | undefined,
  scope: Scope | undefined,
) => {
  const folding = foldingOf(stream);
  if (folding === undefined) return undefined;
  let last: Recorded | undefined;
  let state = folding.initial;
  for await (const recorded of log.store.read(stream)) {
    if (position !== undefined && recorded.position > position) break;
    state = folding.evolve(state, toDomain(recorded));
    last = recorded;
  }
  if (last === undefined || (scope !== undefined && !scope.bus.includes(last.metadata.partition.bu))) return undefined;
  const { revision, eventId, type, recordedAt } = last;
  const plain = plainState(state);
  const lastEvent = { eventId, type, revision, position: last.position, recordedAt };
  return { stream, bu: last.metadata.partition.bu, lastEvent, state: plain, sha256: contentSha256(plain) };
};
