import { decimal } from '../money.ts';
import { maxQty } from '../quantity.ts';
import type { OvershipmentOutcome } from './overshipmentEvents.ts';

/**
 * So much more than is wanted of an order line, in per cent, its customer takes without being asked, and what becomes of it.
 * What a rule does not name may be anything; the first rule that fits decides.
 */
export type OvershipmentRule = {
  readonly item?: string;
  readonly itemGroup?: string;
  readonly customer?: string;
  readonly customerGroup?: string;
  readonly tolerancePct: string;
  readonly outcome: OvershipmentOutcome;
};

export const overshipmentRulesMax = 200;

export type Sold = {
  readonly item: string;
  readonly itemGroup: string;
  readonly customer: string;
  readonly customerGroup: string;
};

/** Undefined: nothing is tolerated, and a person decides about every piece. */
export const overshipmentRuleFor = (
  rules: readonly OvershipmentRule[] | undefined,
  sold: Sold,
): OvershipmentRule | undefined =>
  rules?.find(
    (rule) =>
      (rule.item ?? sold.item) === sold.item &&
      (rule.itemGroup ?? sold.itemGroup) === sold.itemGroup &&
      (rule.customer ?? sold.customer) === sold.customer &&
      (rule.customerGroup ?? sold.customerGroup) === sold.customerGroup,
  );

/** Whole base units: `tolerancePct` of what is wanted, never rounded up. */
export const allowedExcess = (wanted: bigint, tolerancePct: string): bigint => {
  const { digits, scale } = decimal(tolerancePct);
  return maxQty(0n, (wanted * digits) / (100n * 10n ** BigInt(scale)));
};
