import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PromotionApplied, PromotionProposed } from '../../domain/promotion/events.ts';
import { type PromotionPhase, phaseOf, promotedBecause } from '../../domain/promotion/promotion.ts';
import { type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';
import type { Table } from '../table.ts';

/** `APPLYING`: part of it is in force, and it was never said that all is. */
export type PromotionState = PromotionPhase | 'APPLYING';

export type PromotionRow = Reflects & {
  readonly promotion_id: string;
  readonly artefact_sha256: string;
  readonly source: PromotionProposed['data']['source'];
  readonly objects: PromotionProposed['data']['objects'];
  readonly state: PromotionState;
  readonly reason: string;
  readonly proposed_by: string;
  readonly proposed_at: string;
  readonly approval_id: string | null;
  readonly approved_by: string | null;
  readonly applied_by: string | null;
  readonly applied_at: string | null;
  readonly versions: PromotionApplied['data']['versions'] | null;
  readonly revision: number;
};

type Rows = Sets<{ readonly promotions: PromotionRow }>;

export const promotionTable: Table<PromotionRow> = {
  name: 'promotion',
  columns: [
    ...(['promotion_id', 'artefact_sha256', 'source', 'objects', 'state', 'reason'] as const),
    ...(['proposed_by', 'proposed_at', 'approval_id', 'approved_by', 'applied_by', 'applied_at'] as const),
    ...(['versions', 'revision', ...reflects] as const),
  ],
  key: ['promotion_id'],
  group: 'promotion_id',
};

/** Which put this version in force, where one did. */
const promotedBy = ({ metadata: { reason } }: Pick<RecordedDomainEvent, 'metadata'>): string | undefined =>
  reason?.code === promotedBecause ? reason.text : undefined;

/** Its own, or the one that it belongs to. */
export const promotionsNamed = (event: RecordedDomainEvent): readonly string[] => {
  const { promotionId } = event.data as { readonly promotionId?: string };
  const named = promotionId ?? promotedBy(event);
  return named === undefined ? [] : [named];
};

export const proposed = (event: RecordedOf<'PromotionProposed'>, { promotions }: Rows): void => {
  const { promotionId, artefactSha256, source, objects, reason, proposedBy } = event.data;
  promotions.put({
    ...{ bu: event.data.bu, promotion_id: promotionId, artefact_sha256: artefactSha256, source, objects, reason },
    ...{ state: phaseOf(event.data, false), proposed_by: proposedBy, proposed_at: event.recordedAt },
    ...{ approval_id: null, approved_by: null, applied_by: null, applied_at: null, versions: null },
    ...{ revision: event.revision, ...reflecting(event) },
  });
};

export const applied = (event: RecordedOf<'PromotionApplied'>, { promotions }: Rows): void => {
  const { promotionId, approvalId, approvedBy, appliedBy, versions } = event.data;
  promotions.put({
    ...required(promotions.get(promotionId), `promotion ${promotionId}`),
    ...{ state: 'APPLIED', approval_id: approvalId, approved_by: approvedBy },
    ...{ applied_by: appliedBy, applied_at: event.recordedAt, versions },
    ...{ revision: event.revision, ...reflecting(event) },
  });
};

/**
 * One object of a promotion is in force. A log that has no append to several streams holds them one after the other, and no more
 * than these where their writer was cut off.
 */
export const partlyInForce = (event: RecordedDomainEvent, { promotions }: Rows): void => {
  const known = promotions.get(promotedBy(event) ?? '');
  if (known?.state === 'PROPOSED') promotions.put({ ...known, state: 'APPLYING', ...reflecting(event) });
};
