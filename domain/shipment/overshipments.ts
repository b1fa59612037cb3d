import { type Refusal, refuse } from '../decider.ts';
import { composedId } from '../ids.ts';
import { saidOf } from '../ledger/revenuePolicy.ts';
import { minor, minorSum, minorText } from '../money.ts';
import { partialCost, partialCosts } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ConfirmedLine, ShipmentEvent } from './events.ts';
import { settledOf, unsettledLoss } from './lossState.ts';
import type {
  Excess,
  ExcessPart,
  OvershipmentFound,
  OvershipmentResolved,
  VoidedResolution,
} from './overshipmentEvents.ts';
import { headOf, type Planned } from './parts.ts';
import type { Overshipment, ShipmentState } from './state.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;
type Outcome = readonly ShipmentEvent[] | Refusal;
type FoundLine = Of<'FindOvershipments'>['lines'][number];

/** Cost is at the components of a kit: of each what is left of it without the kits before, up to `size` of them. */
const byComponent = (
  { components, qty: all }: ConfirmedLine,
  before: bigint,
  size: bigint,
): Pick<ExcessPart, 'costs'> => {
  if (components === undefined) return {};
  const shares = partialCosts(
    components.map(({ costOfKits }) => minor(costOfKits)),
    qty(all),
    before,
    size,
  );
  const costs = components.map(({ item, itemGroup }, index) => ({
    ...{ item, cost: minorText(shares[index] ?? 0n) },
    ...(itemGroup === undefined ? {} : { itemGroup }),
  }));
  return { costs };
};

/** Goods that were ordered are the first that left, so the excess is taken from the last line of the confirmation on. */
const partsOf = (lines: readonly ConfirmedLine[], excess: bigint): readonly ExcessPart[] => {
  let left = excess;
  return lines
    .toReversed()
    .flatMap((line): readonly ExcessPart[] => {
      const whole = qty(line.qty);
      const size = minQty(left, whole);
      left -= size;
      if (size === 0n) return [];
      const cost = partialCost(minor(line.cost), whole, whole - size, size);
      const { shipmentLineId } = line;
      return [{ shipmentLineId, qty: qtyText(size), cost: minorText(cost), ...byComponent(line, whole - size, size) }];
    })
    .toReversed();
};

const isOf =
  (confirmationId: string, lineId: string) =>
  (each: { readonly confirmationId: string; readonly lineId: string }): boolean =>
    each.confirmationId === confirmationId && each.lineId === lineId;

const excessOf = (
  command: Of<'FindOvershipments'>,
  { lineId, excess, allowed, within }: FoundLine,
  state: ShipmentState,
): Excess | undefined => {
  const { confirmationId, channel, customerGroup, region } = command;
  const lines = state.confirmedLines.filter(isOf(confirmationId, lineId));
  const [first] = lines;
  const { soldTo, currency } = state;
  if (first === undefined || soldTo === null || currency === null) return undefined;
  const parts = partsOf(lines, qty(excess));
  const left = state.confirmations.find((each) => each.confirmationId === confirmationId);
  const { item, itemGroup } = first;
  return {
    ...{ confirmationId, lineId, item },
    ...(itemGroup === undefined ? {} : { itemGroup }),
    ...{ excess, tolerance: { allowed, within }, soldTo, channel, customerGroup },
    ...(region === undefined ? {} : { region }),
    ...saidOf(left?.revenuePolicy),
    ...{ currency, cost: minorText(parts.reduce((sum, { cost }) => sum + minor(cost), 0n)), parts },
  };
};

/**
 * What of the goods beyond the order is not lost on its way: of each line the first ones, at their cost. Only what is settled is
 * known to be lost; nobody decides before.
 */
export const notLost = (state: ShipmentState, found: Excess): Excess => {
  const { confirmationId } = found;
  const parts = found.parts.flatMap((part): readonly ExcessPart[] => {
    const { shipmentLineId } = part;
    const { unbilled } = settledOf(state, { shipmentLineId, confirmationId, beyond: true });
    if (unbilled === 0n) return [part];
    const line = state.confirmedLines.find(
      (each) => each.shipmentLineId === shipmentLineId && each.confirmationId === confirmationId,
    );
    const size = qty(part.qty) - unbilled;
    if (line === undefined || size === 0n) return [];
    const before = qty(line.qty) - qty(part.qty);
    const cost = partialCost(minor(line.cost), qty(line.qty), before, size);
    return [{ shipmentLineId, qty: qtyText(size), cost: minorText(cost), ...byComponent(line, before, size) }];
  });
  const excess = parts.reduce((sum, part) => sum + qty(part.qty), 0n);
  return { ...found, excess: qtyText(excess), cost: minorText(minorSum(parts.map(({ cost }) => cost))), parts };
};

const byPolicy = (
  plan: Planned,
  excess: Excess,
  outcome: FoundLine['outcome'],
  at: string,
): readonly OvershipmentResolved[] => {
  if (outcome === undefined || !excess.tolerance.within) return [];
  const resolutionId = composedId(plan.shipmentId, excess.confirmationId, excess.lineId);
  const said = { resolutionId, outcome, resolvedAt: at, decidedBy: 'POLICY' } as const;
  return [{ type: 'OvershipmentResolved', data: { ...headOf(plan), ...excess, ...said } }];
};

/**
 * Fact, once for each line of a confirmation. Within the tolerance the rule of the business unit decides at once, unless goods of
 * the confirmation are lost: what is left to decide about is known when that is settled, and then a person does.
 */
export const findOvershipments = (command: Of<'FindOvershipments'>, plan: Planned, state: ShipmentState): Outcome => {
  const { confirmationId, foundAt } = command;
  if (state.voided) return [];
  return command.lines.flatMap((line): readonly ShipmentEvent[] => {
    if (state.overshipments.some(({ found }) => isOf(confirmationId, line.lineId)(found))) return [];
    const excess = excessOf(command, line, state);
    if (excess === undefined) return [];
    const found: OvershipmentFound = { type: 'OvershipmentFound', data: { ...headOf(plan), ...excess, foundAt } };
    const isLost = unsettledLoss(state, confirmationId) !== undefined;
    return isLost ? [found] : [found, ...byPolicy(plan, excess, line.outcome, foundAt)];
  });
};

const tooDear = ({ limit, approvalId }: Of<'ResolveOvershipment'>, { cost }: Excess): Refusal | undefined =>
  approvalId !== undefined || minor(cost) <= minor(limit)
    ? undefined
    : refuse('APPROVAL_REQUIRED', `Goods that cost ${cost} are given away, and one person may give away ${limit}.`, {
        limit,
        asked: cost,
      });

const notAgreed = ({ consent }: Of<'ResolveOvershipment'>, { excess, tolerance }: Excess): Refusal | undefined =>
  consent !== undefined || tolerance.within
    ? undefined
    : refuse(
        'OVERSHIP_TOLERANCE',
        `${excess} more left than was ordered, and the customer takes ${tolerance.allowed} without being asked: name its consent.`,
        { excess, allowed: tolerance.allowed },
      );

/** Decided once; goods that are set aside for a return were billed before. */
export const resolveOvershipment = (
  command: Of<'ResolveOvershipment'>,
  plan: Planned,
  state: ShipmentState,
): Outcome => {
  const { resolutionId, confirmationId, lineId, outcome, resolvedAt, reason, consent, approvalId } = command;
  if (state.overshipments.some(({ resolution }) => resolution?.resolutionId === resolutionId)) return [];
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided: its goods never left.');
  const known = state.overshipments.find(({ found }) => isOf(confirmationId, lineId)(found));
  if (known === undefined) {
    const detail = `Confirmation ${confirmationId} sent no more of line ${lineId} than was ordered.`;
    return refuse('NOT_OVERSHIPPED', detail, { confirmationId, lineId });
  }
  const { found, resolution } = known;
  if (resolution !== null) {
    const detail = `It was decided before: ${resolution.outcome}.`;
    return refuse('OVERSHIPMENT_RESOLVED', detail, { confirmationId, lineId, outcome: resolution.outcome });
  }
  const loss = unsettledLoss(state, confirmationId);
  if (loss !== undefined) {
    const detail = `Goods of the confirmation are lost or damaged (${loss.lossId}): decide first what becomes of them.`;
    return refuse('SHIPMENT_LOST', detail, { lossId: loss.lossId });
  }
  const there = notLost(state, found);
  if (there.excess === '0') {
    const detail = `What confirmation ${confirmationId} sent of line ${lineId} beyond the order was lost on its way.`;
    return refuse('NOT_OVERSHIPPED', detail, { confirmationId, lineId });
  }
  const refusal = outcome === 'GIFT' ? tooDear(command, there) : notAgreed(command, there);
  if (refusal !== undefined) return refusal;
  const said = { resolutionId, outcome, resolvedAt, decidedBy: 'PERSON' } as const;
  const more = {
    ...(reason === undefined ? {} : { reason }),
    ...(consent === undefined ? {} : { consent }),
    ...(approvalId === undefined ? {} : { approvalId }),
  };
  return [{ type: 'OvershipmentResolved', data: { ...headOf(plan), ...there, ...said, ...more } }];
};

export const foundOvershipment = (state: ShipmentState, { data }: OvershipmentFound): readonly Overshipment[] => {
  const { shipmentId: _s, orderId: _o, bu: _b, node: _n, foundAt: _at, ...found } = data;
  return [...state.overshipments, { found, resolution: null }];
};

export const resolvedOvershipment = (state: ShipmentState, { data }: OvershipmentResolved): readonly Overshipment[] => {
  const { shipmentId: _s, orderId: _o, bu: _b, node: _n, reason: _r, ...resolution } = data;
  return state.overshipments.map((each) =>
    isOf(data.confirmationId, data.lineId)(each.found) ? { ...each, resolution } : each,
  );
};

/** What had been decided is taken back with the goods it was about. */
export const voidedResolutions = (
  { resolved = [] }: Of<'VoidShipment'>,
  { overshipments }: ShipmentState,
): { readonly resolutions?: readonly VoidedResolution[] } => {
  const said = new Map(resolved.map((each) => [each.resolutionId, each]));
  const resolutions = overshipments.flatMap(({ resolution }) => {
    const where = resolution === null ? undefined : said.get(resolution.resolutionId);
    return resolution === null || where === undefined ? [] : [{ ...resolution, ...where }];
  });
  return resolutions.length === 0 ? {} : { resolutions };
};
