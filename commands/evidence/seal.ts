import type { EventStore, NewEvent } from '../../domain/eventLog.ts';
import {
  checkpointStream,
  noteBody,
  type Statement,
  signedNote,
  statementBytes,
  toBase64,
} from '../../domain/evidence/checkpoint.ts';
import type { CheckpointSealed } from '../../domain/evidence/events.ts';
import { hex } from '../../domain/evidence/merkle.ts';
import type { CheckpointEntry, Signer, TreeReads, TreeState } from '../../domain/evidence/ports.ts';
import { envelop } from '../metadata.ts';
import type { Clock } from '../ports.ts';
import { ownContext } from '../workers/ownContext.ts';
import { rootAt } from './examine.ts';
import { sha256 } from './sha256.ts';

export type Sealing = {
  readonly store: Pick<EventStore, 'append'>;
  readonly tree: TreeReads;
  readonly signer: Signer;
  readonly clock: Clock;
  /** The name of a log that has none yet. */
  readonly newOrigin: () => string;
};

const signed = (statement: Statement, signer: Signer): CheckpointSealed['data'] => {
  const { origin, treeSize, root } = statement;
  const body = noteBody(origin, treeSize, Buffer.from(root, 'hex'));
  const key = { name: origin, publicKey: signer.publicKey };
  return {
    ...statement,
    signature: toBase64(signer.sign(statementBytes(statement))),
    note: signedNote(sha256, body, key, signer.sign(Buffer.from(body, 'utf8'))),
  };
};

/**
 * Signs the tree as it stands and appends the checkpoint to the log under the revision that was examined. False: another
 * sealer was faster. The caller has examined the tree.
 */
export const seal = async (
  { store, tree, signer, clock, newOrigin }: Sealing,
  state: TreeState,
  last: CheckpointEntry | undefined,
): Promise<boolean> => {
  const origin = last?.checkpoint.origin ?? newOrigin();
  // A clock that was put back makes no checkpoint older than the one before it.
  const signedAt = [clock(), last?.checkpoint.signedAt ?? ''].sort().at(-1) ?? '';
  const data = signed(
    {
      origin,
      treeSize: state.size,
      root: hex(await rootAt(tree, state.size)),
      previousTreeSize: last?.checkpoint.treeSize ?? 0,
      previousRoot: last?.checkpoint.root ?? null,
      position: state.position,
      signedAt,
      keyId: signer.keyId,
      publicKey: toBase64(signer.publicKey),
    },
    signer,
  );
  const commandId = `checkpoint:${origin}:${state.size}`;
  const context = ownContext('sealer', commandId, signedAt);
  const events = envelop<CheckpointSealed>(checkpointStream, [{ type: 'CheckpointSealed', data }], context);
  const outcome = await store.append(checkpointStream, last?.revision ?? 'no-stream', events as [NewEvent]);
  return outcome.kind === 'appended';
};
