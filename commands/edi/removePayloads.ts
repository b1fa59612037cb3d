import { retentionDecider } from '../../domain/edi/retention.ts';
import type { RemovedPayload } from '../../domain/edi/retentionEvents.ts';
import { streamName } from '../../domain/eventLog.ts';
import { contentSha256 } from '../canonicalJson.ts';
import type { Executor } from '../handle.ts';
import type { Clock, OldPayload, PayloadStore } from '../ports.ts';
import { ownContext } from '../workers/ownContext.ts';

export type RetentionPorts = {
  readonly executor: Pick<Executor, 'execute'>;
  readonly payloads: Pick<PayloadStore, 'storedBefore' | 'remove'>;
  readonly clock: Clock;
  /** Payloads are kept for so many days. */
  readonly keepDays: number;
};

/** In one event, which names them all. */
const payloadsAtOnce = 500;
/** Of one look; the next one goes on. */
const batchesMax = 200;
const dayMs = 86_400_000;

const removeOf = async (
  { executor, payloads }: RetentionPorts,
  bu: string,
  old: readonly OldPayload[],
  { storedBefore, at }: { readonly storedBefore: string; readonly at: string },
): Promise<void> => {
  const stream = streamName(retentionDecider.category, bu, 'payloads');
  const named: readonly (RemovedPayload & { readonly size: number })[] = old.map(({ bu: _, ...payload }) => payload);
  const id = `retention:${stream}:${contentSha256(named)}`;
  const command = { type: 'RemovePayloads', bu, storedBefore, payloads: named } as const;
  const executed = await executor.execute(retentionDecider, stream, command, ownContext('retention', id, at));
  if (executed.kind !== 'done') throw new Error(`a removal in ${stream} is never refused`);
  await payloads.remove(bu, named, storedBefore);
};

/**
 * Removes the bytes of messages that were kept long enough, the oldest first, and says in the log which they were. Answers with
 * how many. Throws `LogUnavailable`.
 */
export const removeOldPayloads = async (ports: RetentionPorts): Promise<number> => {
  const at = ports.clock();
  const storedBefore = new Date(Date.parse(at) - ports.keepDays * dayMs).toISOString();
  let removed = 0;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const old = await ports.payloads.storedBefore(storedBefore, payloadsAtOnce);
    for (const [bu, of] of Map.groupBy(old, (one) => one.bu)) await removeOf(ports, bu, of, { storedBefore, at });
    removed += old.length;
    if (old.length < payloadsAtOnce) break;
  }
  return removed;
};
