import { isRefusal, type Refusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { ownedAt } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined, ItemDefined } from '../../domain/masterData/events.ts';
import { majorText, minor } from '../../domain/money.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { shippedOf } from '../../domain/shipment/shippedItem.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import type { GoodsToCorrect, StockCommand } from '../../domain/stock/commands.ts';
import type { CostCause } from '../../domain/stock/costEvents.ts';
import type { Place } from '../../domain/stock/place.ts';
import { recall } from '../../domain/stock/recent.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Outcome, Violation } from '../application.ts';
import { invalid, refused, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import { onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import type { WithRevision } from './inputs.ts';
import { checkItemAt } from './stockContent.ts';

export type CostCorrectionInput = Place & {
  /** What the supplier, or the ERP, calls the document: once for ever in a business unit. */
  readonly reference: string;
  /** Minor units of `currency`; below zero: they cost so much less. */
  readonly amount: string;
  readonly currency: string;
  readonly cause: CostCause;
  readonly about:
    | { readonly kind: 'RECEIPT'; readonly reference: string }
    | { readonly kind: 'SHIPMENT'; readonly shipmentId: string };
};

/** `amount` = `inStock` + `variance`. `unitCost`: of the goods that are there, from here on; null: none is known. */
export type CorrectedCost = {
  readonly amount: string;
  readonly inStock: string;
  readonly variance: string;
  readonly unitCost: string | null;
};

export type CostCalls = {
  /**
   * Refuses RECEIPT_UNKNOWN, BUSINESS_KEY_REUSED, and above the limit of the business unit APPROVAL_REQUIRED, until a second
   * person agreed to the very same.
   */
  readonly correctCost: (
    input: CostCorrectionInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<CorrectedCost>>;
};

type CorrectCost = Extract<StockCommand, { readonly type: 'CorrectCost' }>;

/** The goods of this item in a shipment of this node; undefined: there are none. */
const goodsOfShipment = async (
  { executor }: Pick<AppPorts, 'executor'>,
  { bu, node, item }: Place,
  shipmentId: string,
): Promise<GoodsToCorrect | undefined> => {
  const { state } = await executor.load(shipmentDecider, streamName(shipmentDecider.category, bu, shipmentId));
  const { plan, soldTo }: ShipmentState = state;
  if (plan === null || plan.node !== node || state.voided) return undefined;
  const lines = shippedOf(state, item);
  if (lines.length === 0) return undefined;
  return { kind: 'SHIPMENT', shipmentId, orderId: plan.orderId, ...(soldTo !== null && { soldTo }), lines };
};

const goodsOf = async (
  ports: AppPorts,
  { about, ...place }: CostCorrectionInput,
): Promise<GoodsToCorrect | Violation> => {
  if (about.kind === 'RECEIPT') return about;
  const found = await goodsOfShipment(ports, place, about.shipmentId);
  const detail = `Nothing of ${place.item} stands as shipped from ${place.node} with ${about.shipmentId}.`;
  return found ?? violation('/about/shipmentId', 'GOODS_NOT_SHIPPED', detail);
};

type Resolved = {
  readonly unit: BusinessUnitDefined['data'];
  readonly item: ItemDefined['data'];
  readonly about: GoodsToCorrect;
};

const resolve = async (ports: AppPorts, input: CostCorrectionInput): Promise<Resolved | readonly Violation[]> => {
  const { unit, item, violations } = await checkItemAt(ports, input);
  // Where the place is wrong, nothing of it can have been shipped, which need not be said as well.
  const about = violations.length > 0 ? undefined : await goodsOf(ports, input);
  const foreign = unit !== undefined && unit.currency !== input.currency;
  const wrong = [
    ...violations,
    ...(foreign ? [violation('/currency', 'CURRENCY_MISMATCH', `Costs of ${unit.bu} are in ${unit.currency}.`)] : []),
    ...(about !== undefined && 'pointer' in about ? [about] : []),
  ];
  if (unit === undefined || item === undefined || about === undefined || 'pointer' in about || wrong.length > 0)
    return wrong;
  return { unit, item, about };
};

const aboutText = ({ about }: CostCorrectionInput): string =>
  about.kind === 'RECEIPT' ? `receipt ${about.reference}` : `shipment ${about.shipmentId}`;

/** Of this document and no other: its reference is in the payload. */
const needOf = (input: CostCorrectionInput, { data }: Refusal): NeedsApproval => {
  const { bu, node, item, reference, amount, currency, cause } = input;
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const money = (minorUnits: string) => `${majorText(minor(minorUnits), currency)} ${currency}`;
  return {
    duty: 'COST_CORRECTION',
    subject: { kind: 'stock-position', id: `${bu}.${node}.${item}` },
    payload: input,
    summary: `Correct the cost of ${item} at ${node}, ${aboutText(input)}, by ${money(amount)} as ${cause}: then by ${money(asked)} in all.`,
    link: `/v1/inventory-positions?bu=${bu}&node=${node}&item=${item}`,
    limit: { name: 'corrected of the cost of these goods, minor units', allowed: limit, asked },
    involved: [],
    reason: `${cause} ${reference}`,
    aboutBu: bu,
  };
};

const correctCost =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): CostCalls['correctCost'] =>
  async ({ ifMatch, ...input }, context) => {
    const resolved = await resolve(ports, input);
    if ('length' in resolved) return invalid(resolved);
    const { bu, node, item, reference } = input;
    const { unit, about } = resolved;
    const stream = streamName('stock', bu, node, item);
    const said = {
      ...{ ...input, type: 'CorrectCost', about, costMethod: unit.costMethod, itemGroup: resolved.item.group },
      ...{ by: context.actor.id, limit: unit.costCorrectionLimit ?? '0' },
      ...ownedAt(ports.catalog.current(), input),
    } as const satisfies CorrectCost;
    const { state } = await ports.executor.load(stockDecider, stream);
    const expected = stockDecider.decide(said, state);
    let command: CorrectCost = said;
    if (isRefusal(expected)) {
      if (expected.refused !== 'APPROVAL_REQUIRED') return refused(expected);
      const approval = await requireApproval(needOf(input, expected), context);
      if (approval.kind !== 'done') return approval;
      command = { ...said, approvalId: approval.value.approvalId };
    }
    const key = { scope: `business:cost-correction:${bu}`, key: reference, content: input };
    const work = { decider: stockDecider, stream, command, ifMatch };
    return onceForEver(ports, key, work, context, (done) => {
      const split = recall(done.state.corrections, reference);
      if (split === undefined) throw new RangeError(`${stream} does not know of the correction ${reference}`);
      return { ...split, unitCost: done.state.cost?.unitCost ?? null };
    });
  };

export const costCalls = (ports: AppPorts, approvals: Pick<ApprovalCalls, 'requireApproval'>): CostCalls => ({
  correctCost: correctCost(ports, approvals),
});
