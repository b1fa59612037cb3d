import { isRefusal, type Refusal } from '../../domain/decider.ts';
import { type Append, LogUnavailable, type NewEvent } from '../../domain/eventLog.ts';
import { nameOfObject } from '../../domain/promotion/artefact.ts';
import type { BookDays } from '../../domain/promotion/breaks.ts';
import type { PromotedObject, PromotionApplied, PromotionProposed } from '../../domain/promotion/events.ts';
import { phaseOf, promotedBecause, promotionDecider } from '../../domain/promotion/promotion.ts';
import type { Outcome } from '../application.ts';
import type { Approved, NeedsApproval } from '../calls/approvals.ts';
import type { WithRevision } from '../calls/inputs.ts';
import type { LoadedStream } from '../handle.ts';
import { envelop } from '../metadata.ts';
import { alsoAs, done, refused, refusedAs, revisionMismatch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { appendAll } from './appendAll.ts';
import { decided, type HeldObject, heldAgainst } from './held.ts';
import { type PromotionPorts, promotionStream, whatBreaks } from './propose.ts';

export type ApplyInput = {
  readonly bu: string;
  readonly promotionId: string;
  /** Of the artefact that was looked at. */
  readonly artefactSha256: string;
  readonly books: BookDays;
} & WithRevision;
export type AppliedPromotion = Pick<PromotionApplied['data'], 'promotionId' | 'versions'> & {
  readonly state: 'APPLIED' | 'IN_FORCE';
};

type Proposed = PromotionProposed['data'];
type State = LoadedStream<typeof promotionDecider.initial>;

const noPromotion = (promotionId: string) => refusedAs('NOT_FOUND', `There is no promotion ${promotionId}.`);

/** What the second person agrees to: these contents in the place of these versions, and nothing else. */
const needOf = ({ bu, promotionId, artefactSha256, source, objects, proposedBy, reason }: Proposed): NeedsApproval => {
  const changing = objects.filter(({ outcome }) => outcome !== 'SAME');
  return {
    duty: 'POLICY_PUBLISHING',
    subject: { kind: 'promotion', id: `${bu}.${promotionId}` },
    payload: {
      ...{ bu, promotionId, artefactSha256 },
      objects: changing.map(({ kind, id, contentSha256, replaces }) => ({ kind, id, contentSha256, replaces })),
    },
    summary: `Promote to ${bu} from the environment of key ${source.keyId}: ${changing.map(nameOfObject).join(', ')}.`,
    link: `/v1/policies/${bu}/promotions/${promotionId}`,
    limit: null,
    involved: [proposedBy],
    reason,
    aboutBu: bu,
  };
};

/** What somebody else has put in force since it was proposed; what is as proposed by now is as wanted. */
const changedSince = (proposed: Proposed, held: readonly HeldObject[]) => {
  const expected = new Map(proposed.objects.map((object) => [nameOfObject(object), object.replaces]));
  return held.flatMap(({ object }) => {
    const { kind, id, outcome, replaces } = object;
    const seen = expected.get(nameOfObject(object)) ?? null;
    if (outcome === 'SAME' || seen?.version === replaces?.version) return [];
    return [{ kind, id, proposedAgainst: seen?.version ?? null, inForce: replaces?.version ?? null }];
  });
};

const stale = (changed: ReturnType<typeof changedSince>): Refusal => ({
  refused: 'PROMOTION_STALE',
  detail: `Changed since it was proposed: ${changed.map(nameOfObject).join(', ')}. Propose it again to see the difference to what is there now.`,
  data: { objects: changed },
});

/** Against the log as it is now; undefined: nothing stands against it. */
const refusalOf = (proposed: Proposed, held: readonly HeldObject[]): Refusal | undefined => {
  const changed = changedSince(proposed, held);
  return changed.length > 0 ? stale(changed) : whatBreaks(held);
};

type Written = { readonly append: Append; readonly version: number };

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0;

/** Ids are of the proposal, so that nothing of it is there twice whoever repeats it. */
const appendOf = (
  held: HeldObject,
  { approvalId, approvedBy }: Approved,
  round: string,
  context: CommandContext,
): Written | Refusal | undefined => {
  const events = decided(held, { approvalId, agreedBy: approvedBy }, context.actor.id);
  if (isRefusal(events)) return events;
  const { object, stream, revision } = held;
  const own = alsoAs(context, `${round}:${nameOfObject(object)}`);
  const told: readonly NewEvent[] = envelop(stream, events, own);
  if (!isSome(told)) return undefined;
  const expected = revision === -1 ? 'no-stream' : revision;
  return { append: { stream, expected, events: told }, version: events.at(-1)?.data.version ?? 0 };
};

const versionOf = ({ replaces }: PromotedObject): number => replaces?.version ?? 0;

type Writing = { readonly appends: readonly Append[]; readonly versions: PromotionApplied['data']['versions'] };

/** What is not in force yet, stream by stream, and the version that each object has then. */
const writingOf = (
  held: readonly HeldObject[],
  approved: Approved,
  round: string,
  context: CommandContext,
): Writing | Refusal => {
  const appends: Append[] = [];
  const versions: Writing['versions'][number][] = [];
  for (const each of held) {
    const written = appendOf(each, approved, round, context);
    if (written !== undefined && isRefusal(written)) return written;
    if (written !== undefined) appends.push(written.append);
    const { kind, id } = each.object;
    versions.push({ kind, id, version: written?.version ?? versionOf(each.object) });
  }
  return { appends, versions };
};

/** One try: everything that is not in force yet and the promotion's own event, appended together. Undefined: somebody wrote first. */
const tryToApply = async (
  ports: PromotionPorts,
  { proposed, state, revision }: Pick<State, 'state' | 'revision'> & { readonly proposed: Proposed },
  held: readonly HeldObject[],
  approved: Approved,
  asked: CommandContext,
): Promise<Outcome<AppliedPromotion> | undefined> => {
  const { bu, promotionId } = proposed;
  const { approvalId, approvedBy } = approved;
  const context = { ...asked, reason: { code: promotedBecause, text: promotionId, approvalId } };
  const writing = writingOf(held, approved, `promotion:${bu}:${promotionId}:${revision}`, context);
  if (isRefusal(writing)) return refused(writing);
  const { appends, versions } = writing;
  const command = { type: 'ApplyPromotion', approvalId, approvedBy, appliedBy: asked.actor.id, versions } as const;
  const events = promotionDecider.decide(command, state);
  if (isRefusal(events)) return refused(events);
  const stream = promotionStream(bu, promotionId);
  const own: readonly NewEvent[] = envelop(stream, events, context);
  if (!isSome(own)) return undefined;
  const outcomes = await appendAll(ports.store, [...appends, { stream, expected: revision, events: own }]);
  const last = outcomes.at(-1);
  if (outcomes.length <= appends.length || last?.kind !== 'appended') return undefined;
  const { position, recordedAt } = last;
  // The next command of this instance must see all of it, whoever sends it.
  await ports.catalog.waitFor(position);
  const receipt = { commandId: asked.commandId, stream, revision: last.revision, position, recordedAt };
  return done({ promotionId, versions, state: 'APPLIED' as const }, receipt);
};

/** What came into force, or was in force before, told again from where the log has it. */
const toldAgain = (
  proposed: Proposed,
  { state: { applied }, revision, position, recordedAt }: State,
  { commandId }: CommandContext,
): Outcome<AppliedPromotion> => {
  const { bu, promotionId, objects } = proposed;
  const inForce = objects.map((object) => ({ kind: object.kind, id: object.id, version: versionOf(object) }));
  const receipt = { commandId, stream: promotionStream(bu, promotionId), revision, position, recordedAt };
  return applied === null
    ? done({ promotionId, versions: inForce, state: 'IN_FORCE' as const }, receipt)
    : done({ promotionId, versions: applied.versions, state: 'APPLIED' as const }, receipt);
};

/** Others may write to the same streams while it is applied; each try begins with what is there. */
const triesMax = 4;

/**
 * Puts a proposed artefact in force, all of it or nothing. Refuses NOT_FOUND, PAYLOAD_CHANGED, PROMOTION_STALE where another version is in force
 * than it was proposed against, PROMOTION_BREAKS, then APPROVAL_REQUIRED until a second person agreed, and SOD_VIOLATION to
 * that person. Throws `LogUnavailable`.
 */
export const applyPromotion =
  (ports: PromotionPorts) =>
  async (
    { bu, promotionId, artefactSha256, books, ifMatch }: ApplyInput,
    context: CommandContext,
  ): Promise<Outcome<AppliedPromotion>> => {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const loaded = await ports.executor.load(promotionDecider, promotionStream(bu, promotionId));
      const { proposed, applied } = loaded.state;
      if (proposed === null) return noPromotion(promotionId);
      if (proposed.artefactSha256 !== artefactSha256)
        return refusedAs('PAYLOAD_CHANGED', 'It is of another artefact.', { artefactSha256: proposed.artefactSha256 });
      if (ifMatch !== undefined && ifMatch !== loaded.revision) return revisionMismatch(loaded.revision);
      if (phaseOf(proposed, applied !== null) !== 'PROPOSED') return toldAgain(proposed, loaded, context);
      const objects = proposed.objects.map(({ sourceVersion, ...object }) => ({
        ...object,
        version: sourceVersion,
        ancestors: [],
      }));
      const held = await heldAgainst(ports, bu, objects, books);
      const refusal = refusalOf(proposed, held);
      if (refusal !== undefined) return refused(refusal);
      const approval = await ports.requireApproval(needOf(proposed), context);
      if (approval.kind !== 'done') return approval;
      if (approval.value.approvedBy === context.actor.id)
        return refusedAs('SOD_VIOLATION', 'Who agreed to it does not put it in force.');
      const outcome = await tryToApply(ports, { ...loaded, proposed }, held, approval.value, context);
      if (outcome !== undefined) return outcome;
    }
    throw new LogUnavailable(`what promotion ${promotionId} is about is written by others all the time`);
  };
