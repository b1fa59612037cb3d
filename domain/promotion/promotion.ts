import { type Decider, type Refusal, refuse } from '../decider.ts';
import { sameContent } from '../masterData/sameContent.ts';
import type { PromotedObject, PromotionApplied, PromotionEvent, PromotionProposed } from './events.ts';

export type PromotionCommand =
  | ({ readonly type: 'ProposePromotion' } & PromotionProposed['data'])
  | ({ readonly type: 'ApplyPromotion' } & Pick<
      PromotionApplied['data'],
      'approvalId' | 'approvedBy' | 'appliedBy' | 'versions'
    >);

export type PromotionState = {
  /** As it was proposed last; null: never. */
  readonly proposed: PromotionProposed['data'] | null;
  /** Since it was proposed last. */
  readonly applied: PromotionApplied['data'] | null;
};

export type PromotionPhase = 'PROPOSED' | 'APPLIED' | 'IN_FORCE';

/** The reason that each version carries which a promotion put in force, with its id as the text. */
export const promotedBecause = 'PROMOTED';

/** It would change nothing. */
export const isInForce = (objects: readonly Pick<PromotedObject, 'outcome'>[]): boolean =>
  objects.every(({ outcome }) => outcome === 'SAME');

/** `IN_FORCE`: all of it was in force already when it was proposed. */
export const phaseOf = ({ objects }: PromotionProposed['data'], isApplied: boolean): PromotionPhase => {
  if (isApplied) return 'APPLIED';
  return isInForce(objects) ? 'IN_FORCE' : 'PROPOSED';
};

/** The same artefact against the same versions is the same proposal, and one that is in force already stays what it was. */
const propose = (
  { type: _, ...data }: Extract<PromotionCommand, { type: 'ProposePromotion' }>,
  { proposed, applied }: PromotionState,
): readonly PromotionEvent[] => {
  const isOver = proposed !== null && phaseOf(proposed, applied !== null) !== 'PROPOSED';
  if (isOver && isInForce(data.objects)) return [];
  if (!isOver && proposed !== null && sameContent(proposed.objects, data.objects)) return [];
  return [{ type: 'PromotionProposed', data }];
};

const decide = (command: PromotionCommand, state: PromotionState): readonly PromotionEvent[] | Refusal => {
  if (command.type === 'ProposePromotion') return propose(command, state);
  const { proposed, applied } = state;
  if (proposed === null) return refuse('NOT_FOUND', 'There is no such promotion.');
  if (phaseOf(proposed, applied !== null) !== 'PROPOSED') return [];
  const { type: _, ...data } = command;
  const { bu, promotionId, artefactSha256 } = proposed;
  return [{ type: 'PromotionApplied', data: { bu, promotionId, artefactSha256, ...data } }];
};

/** Stream `promotion-<bu>.<promotionId>`; the id is a function of the business unit and the artefact. */
export const promotionDecider: Decider<PromotionState, PromotionCommand, PromotionEvent> = {
  category: 'promotion',
  initial: { proposed: null, applied: null },
  decide,
  evolve: (state, event) =>
    event.type === 'PromotionProposed' ? { proposed: event.data, applied: null } : { ...state, applied: event.data },
};
