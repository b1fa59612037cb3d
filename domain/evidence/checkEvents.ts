import { canFollowLater } from '../ledger/periods.ts';
import type { Bundle, InclusionProof, ProvenEvent } from './bundle.ts';
import { type Checkpoint, checkpointFault } from './checkpoint.ts';
import { type CheckedEvent, type Finding, nameOf, type Tools } from './findings.ts';
import type { LeafContent } from './leaf.ts';
import { fromHex, isConsistent, leafHash, rootByInclusion, sameHash } from './merkle.ts';
import { isLeafContent } from './shape.ts';

const checkpointName = ({ treeSize, signedAt }: Checkpoint): string =>
  `the checkpoint over ${treeSize} events of ${signedAt}`;

/** Signatures, keys and the way from the checkpoint of the proofs to the latest one. */
export const checkCheckpoints = async (bundle: Bundle, tools: Tools): Promise<readonly Finding[]> => {
  const { checkpoint, consistencyToLatest } = bundle;
  const latest = consistencyToLatest.checkpoint;
  const trusted = tools.trustedKeys ?? bundle.publicKeys.map(({ publicKey }) => publicKey);
  const findings: Finding[] = [];
  for (const each of [checkpoint, latest]) {
    const fault = await checkpointFault(each, tools);
    if (fault !== undefined)
      findings.push({ code: 'CHECKPOINT_INVALID', detail: `In ${checkpointName(each)}, ${fault}.` });
    if (!trusted.includes(each.publicKey))
      findings.push({
        code: 'KEY_NOT_TRUSTED',
        detail: `Key ${each.keyId} of ${checkpointName(each)} is none of the trusted keys.`,
      });
  }
  const grown = isConsistent(tools.sha256, {
    from: checkpoint.treeSize,
    fromRoot: fromHex(checkpoint.root),
    to: latest.treeSize,
    toRoot: fromHex(latest.root),
    path: consistencyToLatest.path.map(fromHex),
  });
  if (latest.origin !== checkpoint.origin || !grown)
    findings.push({
      code: 'HISTORY_REWRITTEN',
      detail: `The log behind ${checkpointName(latest)} does not begin with what ${checkpointName(checkpoint)} signed.`,
    });
  return findings;
};

const parsed = (leaf: string): LeafContent | undefined => {
  try {
    const value: unknown = JSON.parse(leaf);
    return isLeafContent(value) ? (value as LeafContent) : undefined;
  } catch {
    return undefined;
  }
};

const isSealed = (
  event: ProvenEvent,
  proof: InclusionProof | undefined,
  checkpoint: Checkpoint,
  tools: Tools,
): boolean => {
  if (proof === undefined) return false;
  const leaf = leafHash(tools.sha256, event.leaf);
  const path = proof.path.map(fromHex);
  const root = rootByInclusion(tools.sha256, { leaf, index: event.leafIndex, size: checkpoint.treeSize, path });
  return root !== undefined && sameHash(root, fromHex(checkpoint.root));
};

const progressEvents = 250;

/** Is every event, byte for byte, the leaf that was sealed at its place? */
export const checkEvents = async (bundle: Bundle, events: readonly ProvenEvent[], tools: Tools) => {
  const proofs = new Map(bundle.inclusionProofs.map((proof) => [proof.leafIndex, proof]));
  const findings: Finding[] = [];
  const checked: CheckedEvent[] = [];
  for (const [index, event] of events.entries()) {
    if (index % progressEvents === 0) await tools.onProgress?.(index, events.length);
    const { leafIndex } = event;
    const content = parsed(event.leaf);
    const proof = proofs.get(event.leafIndex);
    const sealed = isSealed(event, proof, bundle.checkpoint, tools);
    if (content === undefined) {
      const is = sealed ? 'is sealed and no event' : 'is not readable as an event';
      findings.push({ code: sealed ? 'MALFORMED' : 'EVENT_NOT_SEALED', detail: `Leaf ${leafIndex} ${is}.`, leafIndex });
      continue;
    }
    if (!sealed)
      findings.push({
        code: 'EVENT_NOT_SEALED',
        detail: `${nameOf(content)} is not what was sealed as leaf ${leafIndex}${proof === undefined ? ': it has no proof' : ''}.`,
        leafIndex,
      });
    checked.push({ leafIndex, content, sealed });
  }
  return { findings, checked };
};

/**
 * A period's stream also holds what is no rule, accruals by the thousand, and no bundle carries these: there, a gap has to lie
 * where they can, between two changes of status of which the later one follows on the earlier.
 */
const followsOn = (content: LeafContent, before: LeafContent | undefined): boolean => {
  const gap = content.revision - (before?.revision ?? -1) - 1;
  if (gap === 0) return true;
  return gap > 0 && before !== undefined && canFollowLater(content.type, before.type);
};

/** Whole streams from their beginning: a rule that was left out in the middle would leave a gap. */
export const checkPolicyStreams = (policy: readonly CheckedEvent[]): readonly Finding[] => {
  const seen = new Map<string, LeafContent>();
  const findings: Finding[] = [];
  let last = '';
  for (const { content } of policy) {
    if (!followsOn(content, seen.get(content.stream)) || content.position <= last)
      findings.push({
        code: 'POLICY_INCOMPLETE',
        detail: `${nameOf(content)} does not follow on what the bundle has of ${content.stream} before it.`,
      });
    seen.set(content.stream, content);
    last = content.position;
  }
  return findings;
};
