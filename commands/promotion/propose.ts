import type { Refusal } from '../../domain/decider.ts';
import { type EventStore, type StreamName, streamName } from '../../domain/eventLog.ts';
import { type Artefact, nameOfObject } from '../../domain/promotion/artefact.ts';
import type { BookDays } from '../../domain/promotion/breaks.ts';
import type { PromotionProposed } from '../../domain/promotion/events.ts';
import { type PromotionPhase, phaseOf, promotionDecider } from '../../domain/promotion/promotion.ts';
import type { Outcome, Violation } from '../application.ts';
import type { ApprovalCalls } from '../calls/approvals.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { invalid, refused, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { artefactFault, artefactViolations, type Trust } from './artefact.ts';
import { type HeldObject, heldAgainst } from './held.ts';

export type PromotionPorts = {
  readonly executor: Pick<Executor, 'load' | 'execute' | 'executeClaiming'>;
  readonly store: Pick<EventStore, 'append' | 'appendTogether'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready' | 'waitFor'>;
  readonly requireApproval: ApprovalCalls['requireApproval'];
  readonly trust: Trust;
};

export type ProposeInput = {
  readonly bu: string;
  readonly artefact: Artefact;
  /** Objects, by `nameOfObject`, that may take the place of what was changed here. */
  readonly over: readonly string[];
  readonly books: BookDays;
};

export type ProposedPromotion = PromotionProposed['data'] & { readonly state: PromotionPhase };

/** An object of a preview: as it would be proposed, and what would be wrong with it. */
export type PreviewedObject = HeldObject['object'] & { readonly breaks: readonly Violation[] };

export type PromotionPreview = Pick<PromotionProposed['data'], 'promotionId' | 'artefactSha256' | 'source'> & {
  readonly objects: readonly PreviewedObject[];
};

type Held = { readonly kind: 'held'; readonly held: readonly HeldObject[] };
type Unheld = Exclude<Outcome<never>, { readonly kind: 'done' }>;

export const promotionStream = (bu: string, promotionId: string): StreamName =>
  streamName(promotionDecider.category, bu, promotionId);

const idOf = ({ bu, sha256 }: Artefact): string => derivedUlid(`promotion:${bu}:${sha256}`);

const overViolations = ({ artefact, over }: ProposeInput): readonly Violation[] => {
  const names = new Set(artefact.objects.map(nameOfObject));
  return over.flatMap((name, index) =>
    names.has(name) ? [] : [violation(`/over/${index}`, 'VALUE_INVALID', `The artefact has no ${name}.`)],
  );
};

const hold = async (ports: PromotionPorts, input: ProposeInput): Promise<Held | Unheld> => {
  const { bu, artefact, books } = input;
  const fault = await artefactFault(artefact, ports.trust);
  if (fault !== undefined) return refused(fault);
  const violations = [...artefactViolations(artefact, bu), ...overViolations(input)];
  if (violations.length > 0) return invalid(violations);
  return { kind: 'held', held: await heldAgainst(ports, bu, artefact.objects, books) };
};

/** What was changed here and in the artefact does not know of; undefined: nothing, or all of it may be replaced. */
const diverged = (held: readonly HeldObject[], over: readonly string[]): Refusal | undefined => {
  const objects = held.flatMap(({ object }) =>
    object.diverged && !over.includes(nameOfObject(object))
      ? [{ kind: object.kind, id: object.id, inForce: object.replaces?.version ?? null }]
      : [],
  );
  if (objects.length === 0) return undefined;
  const names = objects.map(nameOfObject).join(', ');
  return {
    refused: 'PROMOTION_STALE',
    detail: `Changed here since the version that it was made from: ${names}. Take that change over where the artefact comes from, or name what is to be replaced (\`over\`).`,
    data: { objects },
  };
};

export const whatBreaks = (held: readonly HeldObject[]): Refusal | undefined => {
  const objects = held.flatMap(({ object: { kind, id }, breaks }) =>
    breaks.length === 0 ? [] : [{ kind, id, breaks }],
  );
  if (objects.length === 0) return undefined;
  const detail = `It would break what is here: ${objects.map(nameOfObject).join(', ')}.`;
  return { refused: 'PROMOTION_BREAKS', detail, data: { objects } };
};

/** What it would come to now. Writes nothing and asks nobody. */
export const previewPromotion =
  (ports: PromotionPorts) =>
  async (input: ProposeInput): Promise<{ readonly kind: 'previewed'; readonly value: PromotionPreview } | Unheld> => {
    const found = await hold(ports, input);
    if (found.kind !== 'held') return found;
    const { artefact } = input;
    return {
      kind: 'previewed',
      value: {
        ...{ promotionId: idOf(artefact), artefactSha256: artefact.sha256, source: artefact.source },
        objects: found.held.map(({ object, breaks }) => ({ ...object, breaks })),
      },
    };
  };

/**
 * Records what an artefact would change here, for a second person to agree to. The same artefact against the same versions is the
 * same proposal. Refuses ARTEFACT_ALTERED, ARTEFACT_UNTRUSTED, PROMOTION_STALE and PROMOTION_BREAKS. Throws `LogUnavailable`.
 */
export const proposePromotion =
  (ports: PromotionPorts) =>
  async (
    { reason, ...input }: ProposeInput & { readonly reason: string },
    context: CommandContext,
  ): Promise<Outcome<ProposedPromotion>> => {
    const found = await hold(ports, input);
    if (found.kind !== 'held') return found;
    const { held } = found;
    const refusal = diverged(held, input.over) ?? whatBreaks(held);
    if (refusal !== undefined) return refused(refusal);
    const { artefact, bu } = input;
    const promotionId = idOf(artefact);
    const data = {
      ...{ bu, promotionId, artefactSha256: artefact.sha256, source: artefact.source },
      ...{ objects: held.map(({ object }) => object), reason, proposedBy: context.actor.id },
    };
    const command = { type: 'ProposePromotion', ...data } as const;
    const work = { decider: promotionDecider, stream: promotionStream(bu, promotionId), command };
    return carryOut(ports.executor, work, context, ({ state }) => {
      const proposed = state.proposed ?? data;
      return { ...proposed, state: phaseOf(proposed, state.applied !== null) };
    });
  };
