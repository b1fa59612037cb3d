import type { AllocationFulfilled } from '../../domain/allocation/events.ts';
import { type AllocationState, lineOf } from '../../domain/allocation/state.ts';
import { businessUnitOf, type Catalog, customerOf, itemOf } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { ShipmentCommand } from '../../domain/shipment/commands.ts';
import { allowedExcess, overshipmentRuleFor, type Sold } from '../../domain/shipment/overshipmentPolicy.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';

type Find = Extract<ShipmentCommand, { readonly type: 'FindOvershipments' }>;
type Counted = AllocationFulfilled['data'];

/** A line that is named twice counts twice. */
const excesses = ({ lines }: Counted): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const { lineId, overshipped } of lines) {
    const sum = (sums.get(lineId) ?? 0n) + qty(overshipped);
    if (sum > 0n) sums.set(lineId, sum);
  }
  return sums;
};

export type FindSources = {
  readonly catalog: Catalog;
  readonly channel: string;
  readonly allocation: AllocationState;
  readonly shipment: ShipmentState;
  readonly counted: Counted;
  readonly at: string;
};

/** What a shipment is told of a confirmation that the allocation has counted, by the rules of this moment; undefined: nothing of it was too much. */
export const findCommand = ({ catalog, channel, allocation, shipment, counted, at }: FindSources): Find | undefined => {
  const { bu, confirmationId } = counted;
  const found = excesses(counted);
  if (found.size === 0) return undefined;
  const customer = shipment.soldTo ?? '';
  const customerGroup = customerOf(catalog, bu, customer)?.group ?? '';
  const region = shipment.plan?.shipTo.region;
  const rules = businessUnitOf(catalog, bu)?.overshipments;
  const lines = [...found].map(([lineId, excess]) => {
    const line = lineOf(allocation, lineId);
    const item = line?.item ?? '';
    const sold: Sold = { item, itemGroup: itemOf(catalog, bu, item)?.group ?? '', customer, customerGroup };
    const rule = overshipmentRuleFor(rules, sold);
    const allowed = allowedExcess((line?.demand ?? 0n) - (line?.cancelled ?? 0n), rule?.tolerancePct ?? '0');
    const within = (line?.overshipped ?? excess) <= allowed;
    return {
      ...{ lineId, excess: qtyText(excess), allowed: qtyText(allowed), within },
      ...(rule === undefined ? {} : { outcome: rule.outcome }),
    };
  });
  const of = { confirmationId, foundAt: at, channel, customerGroup, ...(region === undefined ? {} : { region }) };
  return { type: 'FindOvershipments', ...of, lines };
};
