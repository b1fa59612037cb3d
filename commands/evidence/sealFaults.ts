import { type Checkpoint, checkpointFault, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import type { LogFinding } from './logVerdict.ts';
import { positionText } from './missingSeals.ts';
import type { Seal } from './seals.ts';
import { sha256 } from './sha256.ts';

export type Judged = {
  readonly verifySignature: VerifySignature;
  /** Base64; absent: the keys that the checkpoints in the log and in the database name. */
  readonly trustedKeys?: readonly string[];
};

type Fault = Pick<LogFinding, 'code' | 'detail'>;

/** What is wrong with a checkpoint by itself, as the end of a sentence. */
export const faultOf = async (
  checkpoint: Checkpoint,
  { verifySignature, trustedKeys }: Judged,
): Promise<Fault | undefined> => {
  const fault = await checkpointFault(checkpoint, { sha256, verifySignature });
  if (fault !== undefined) return { code: 'CHECKPOINT_EDITED', detail: `is not as it was signed: ${fault}` };
  if (trustedKeys?.includes(checkpoint.publicKey) === false)
    return { code: 'NOTE_INVALID', detail: 'is not signed by a trusted key' };
  return undefined;
};

/** Everything else is covered by the signature, which was looked at. */
const isSame = (a: Checkpoint, b: Checkpoint): boolean => a.signature === b.signature && a.note === b.note;

const storedFault = async ({ stored, logged }: Seal, judged: Judged): Promise<Fault | undefined> => {
  if (stored === undefined) return undefined;
  const at = logged === undefined ? undefined : positionText(logged.position);
  const { checkpoint, isEmpty } = stored;
  if (checkpoint === undefined) {
    const what = isEmpty ? 'is empty' : 'cannot be read as one';
    return { code: 'CHECKPOINT_EDITED', detail: at === undefined ? what : `${what}; the log has it at position ${at}` };
  }
  const own = await faultOf(checkpoint, judged);
  const its = logged?.checkpoint;
  if (own !== undefined || its === undefined || isSame(its, checkpoint)) return own;
  // One that was edited in the log is named by the walk over it.
  if ((await faultOf(its, judged))?.code === 'CHECKPOINT_EDITED') return undefined;
  return { code: 'CHECKPOINT_EDITED', detail: `is not the one that the log has at position ${at}` };
};

/** What is wrong with the one in the database, by itself or beside the one in the log. */
export const findingOf = async (seal: Seal, judged: Judged): Promise<LogFinding | undefined> => {
  const { revision, stored, logged } = seal;
  const fault = await storedFault(seal, judged);
  if (fault === undefined || stored === undefined) return undefined;
  const treeSize = stored.checkpoint?.treeSize ?? stored.treeSize;
  return {
    code: fault.code,
    detail: `Checkpoint ${revision} of the database, over ${treeSize} events, ${fault.detail}.`,
    position: logged?.position ?? stored.position,
  };
};
