import { applyPromotion } from './apply.ts';
import { type PromotionPorts, previewPromotion, proposePromotion } from './propose.ts';

/** Policies and mappings of another environment, brought into force here. */
export type PromotionCalls = {
  readonly previewPromotion: ReturnType<typeof previewPromotion>;
  readonly proposePromotion: ReturnType<typeof proposePromotion>;
  readonly applyPromotion: ReturnType<typeof applyPromotion>;
};

export const promotionCalls = (ports: PromotionPorts): PromotionCalls => ({
  previewPromotion: previewPromotion(ports),
  proposePromotion: proposePromotion(ports),
  applyPromotion: applyPromotion(ports),
});
