import { accessDecider, accessStream } from '../../domain/personal/accessTrail.ts';
import type { PersonalDataRead } from '../../domain/personal/events.ts';
import { unitOf } from '../../domain/personal/subject.ts';
import { newUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { keepGoing } from '../keepGoing.ts';

export type Reading = {
  readonly subject: string;
  readonly by: string;
  readonly roles: readonly string[];
  readonly operation: string;
  readonly correlationId: string;
  readonly at: string;
};

type Entry = PersonalDataRead['data']['reads'][number];
type Batch = { readonly commandId: string; readonly bu: string; readonly at: string; readonly reads: readonly Entry[] };

export type AccessTrail = {
  /** Remembers a reading without waiting for the log. False: too much waits to be written, so nothing may be shown. */
  readonly note: (reading: Reading) => boolean;
  readonly run: (signal: AbortSignal, onError: (error: unknown, failures: number) => void) => Promise<void>;
};

/** Who reads the same again before it is written is one entry with a count. */
const entriesMax = 5_000;
const readsPerEventMax = 200;

const batchesOf = (entries: ReadonlyMap<string, Entry>): readonly Batch[] => {
  const batches: Batch[] = [];
  for (const [bu, ofUnit] of Map.groupBy(entries.values(), ({ subject }) => unitOf(subject))) {
    for (let from = 0; from < ofUnit.length; from += readsPerEventMax) {
      const reads = ofUnit.slice(from, from + readsPerEventMax);
      batches.push({ commandId: newUlid(), bu, at: reads[0]?.firstAt ?? '', reads });
    }
  }
  return batches;
};

/**
 * Writes who read personal text into the log, beside the answers: a process that is killed loses the entries since its last
 * write, at most those of one `wait`. Batches that could not be written are kept under their ids and written once.
 */
export const createAccessTrail = (
  executor: Pick<Executor, 'execute'>,
  wait: (signal: AbortSignal) => Promise<void>,
): AccessTrail => {
  let noted = new Map<string, Entry>();
  let waiting: readonly Batch[] = [];

  const note: AccessTrail['note'] = ({ subject, by, roles, operation, correlationId, at }) => {
    const key = JSON.stringify([subject, by, operation]);
    const known = noted.get(key);
    const size = noted.size + waiting.reduce((sum, { reads }) => sum + reads.length, 0);
    if (known === undefined && size >= entriesMax) return false;
    const entry = { subject, by, roles, operation, correlationId, firstAt: at, times: 1 };
    noted.set(key, known === undefined ? entry : { ...known, times: known.times + 1 });
    return true;
  };

  const write = async ({ commandId, bu, at, reads }: Batch): Promise<void> => {
    const actor = { kind: 'SYSTEM', id: 'access-trail', roles: [] } as const;
    const context = { commandId, occurredAt: at, correlationId: commandId, causationId: commandId, actor };
    const command = { type: 'RecordReads', bu, reads } as const;
    await executor.execute(accessDecider, accessStream(bu, at), command, { ...context, source: { system: 'api' } });
  };

  const step = async (): Promise<boolean> => {
    const entries = noted;
    noted = new Map();
    waiting = [...waiting, ...batchesOf(entries)];
    // At once: those of one stream share an append.
    const written = await Promise.allSettled(waiting.map(write));
    waiting = waiting.filter((_, index) => written[index]?.status === 'rejected');
    const failed = written.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return false;
  };

  return {
    note,
    run: async (signal, onError) => {
      await keepGoing({ step, changed: wait, onError }, signal);
      // What was shown before the end is written before it.
      await step().catch((error: unknown) => onError(error, 1));
    },
  };
};
