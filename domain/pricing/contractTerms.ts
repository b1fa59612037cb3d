import type { CustomerDefined } from '../masterData/events.ts';
import { majorText, minor, minorText } from '../money.ts';
import type { Totals } from '../order/events.ts';
import type { ContractInForce, HoldWanted } from './price.ts';

/** A contract is versioned with the customer that it is with. */
export const contractInForce = ({
  contract,
  version,
}: Pick<CustomerDefined['data'], 'contract' | 'version'>): ContractInForce | null =>
  contract === null ? null : { ...contract, version };

/**
 * An order that comes to less than the contract wants is kept, and held until somebody lets it pass (P-06). What counts are
 * the goods after their discounts: charges are not bought. Asked once, when the order is captured: what is cancelled
 * later was agreed to by whoever takes cancellations.
 */
export const contractHold = (
  contract: ContractInForce | null,
  { gross, discount }: Totals,
  currency: string,
): HoldWanted | undefined => {
  if (contract?.minimumNet === undefined) return undefined;
  const { contractId, version, minimumNet } = contract;
  const net = minor(gross) - minor(discount);
  if (net >= minor(minimumNet)) return undefined;
  return {
    type: 'CONTRACT_TERMS',
    note: `Contract ${contractId} wants orders of ${majorText(minor(minimumNet), currency)} ${currency} at least, and the goods of this one come to ${majorText(net, currency)}.`,
    data: { contractId, contractVersion: String(version), minimumNet, net: minorText(net) },
  };
};
