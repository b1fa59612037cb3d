import { lostBehind, lostOfSize } from '../../commands/evidence/noneMissing.ts';
import { type EventStore, EventUnreadable, type Recorded, type StreamName } from '../../domain/eventLog.ts';
import { CheckpointUnreadable, type StoredCheckpoint } from '../../domain/evidence/ports.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';

/** What was lost or spoilt, told to whoever needed it. It may be repaired, so it is not kept under the key. */
export const damage = (detail: string, position: string | null = null): HttpProblem =>
  new HttpProblem('EVIDENCE_DAMAGED', detail, { data: { position }, retain: false });

export const isDamage = (error: unknown): boolean => error instanceof HttpProblem && error.code === 'EVIDENCE_DAMAGED';

/** What is thrown instead when the log has an event that is none any more. */
export const orDamage = (error: unknown): unknown =>
  error instanceof EventUnreadable ? damage(error.message, error.position) : error;

/** Events of a stream for an auditor. Throws `HttpProblem` for one that is none any more. */
export const readTold = async function* (
  store: Pick<EventStore, 'read'>,
  stream: StreamName,
  fromRevision = 0,
): AsyncGenerator<Recorded> {
  try {
    yield* store.read(stream, fromRevision);
  } catch (error) {
    throw orDamage(error);
  }
};

type Sealed = {
  readonly evidence: Pick<ApiDeps['evidence'], 'tree'>;
  readonly log: Pick<ApiDeps['log'], 'store'>;
};

const toldLog = ({ log }: Sealed): Pick<EventStore, 'read'> => ({
  read: (stream, fromRevision) => readTold(log.store, stream, fromRevision),
});

/** Throws `HttpProblem` when checkpoints that the log has are gone from the database, so that nobody waits for them. */
export const requireNoneLost = async (deps: Sealed): Promise<void> => {
  const { tree } = deps.evidence;
  const [state, last] = await Promise.all([tree.state(), tree.latestCheckpoint()]);
  const lost = await lostBehind(toldLog(deps), state, last?.revision);
  if (lost !== undefined) throw damage(lost.detail, lost.position);
};

/** Throws `HttpProblem` when the log has a checkpoint of this size and the database has none. */
export const requireNotLost = async (deps: Sealed, treeSize: number): Promise<void> => {
  const { tree } = deps.evidence;
  const [state, before] = await Promise.all([tree.state(), tree.revisionBefore(treeSize)]);
  const lost = await lostOfSize(toldLog(deps), state, before, treeSize);
  if (lost !== undefined) throw damage(lost.detail, lost.position);
};

/** Checkpoints that follow each other in the log and of which the database has none that could be shown. */
export type DamagedCheckpoints = {
  readonly firstRevision: number;
  /** Null: this one, and whatever came after it. */
  readonly lastRevision: number | null;
  readonly position: string | null;
  readonly detail: string;
};

const gap = (firstRevision: number, lastRevision: number): DamagedCheckpoints => {
  const which =
    firstRevision === lastRevision
      ? `Checkpoint ${firstRevision} of the log is`
      : `Checkpoints ${firstRevision} to ${lastRevision} of the log are`;
  return { firstRevision, lastRevision, position: null, detail: `${which} not in the database any more.` };
};

/** What is missing or no checkpoint any more among those that lie there, which follow on `after`. */
export const damagedAmong = (stored: readonly StoredCheckpoint[], after: number): readonly DamagedCheckpoints[] =>
  stored.flatMap((one, index) => {
    const before = stored[index - 1]?.revision ?? after;
    const { revision, position, checkpoint } = one;
    const { message: detail } = new CheckpointUnreadable(one);
    return [
      ...(revision > before + 1 ? [gap(before + 1, revision - 1)] : []),
      ...(checkpoint === undefined ? [{ firstRevision: revision, lastRevision: revision, position, detail }] : []),
    ];
  });

/** What is missing behind the last one that lies there. */
export const lostAfter = async (deps: Sealed, lastRevision: number): Promise<readonly DamagedCheckpoints[]> => {
  const lost = await lostBehind(toldLog(deps), await deps.evidence.tree.state(), lastRevision);
  if (lost === undefined) return [];
  const { revision: firstRevision, position, detail } = lost;
  return [{ firstRevision, lastRevision: null, position, detail }];
};
