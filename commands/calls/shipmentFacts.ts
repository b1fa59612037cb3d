import { streamName } from '../../domain/eventLog.ts';
import { transferPrice } from '../../domain/ledger/intercompany.ts';
import { type Catalog, intercompanyTermsOf, itemOf, revenuePolicyOf } from '../../domain/masterData/catalog.ts';
import { order } from '../../domain/order/order.ts';
import { inComponents } from '../../domain/shipment/kits.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import type { ExecuteOptions } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import { alsoAs, invalid, outcomeOf, refusedAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { onceForEver } from './businessKey.ts';
import type { FactPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { FoundStream } from './findStream.ts';

// What the warehouse tells us, in base units, whichever way it came in. Each is one fact and has one effect.

export type Shipment = FoundStream<ShipmentState>;

/** `component`: of a kit; without it a kit is told by the whole kit. */
type Part = { readonly lineId: string; readonly component?: string; readonly qty: string };

export type Confirmation = {
  readonly confirmationId: string;
  readonly shippedAt: string;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly freightCost?: { readonly amount: string; readonly currency: string };
  readonly lines: readonly (Part & { readonly lots: readonly string[]; readonly serials: readonly string[] })[];
};

type Ref = { readonly shipmentId: string };
type RefWithOrder = Ref & { readonly orderId: string };

const stockReadsAtOnce = 16;

/** What a supplier sends it tells of itself; no warehouse has it. */
export const notByWarehouse = ({ state }: Shipment) =>
  state.plan?.kind === 'DROPSHIP'
    ? refusedAs('SHIPMENT_DROPSHIPPED', 'A supplier sends these goods; no warehouse has them.', {
        poId: state.plan.releaseId,
      })
    : undefined;

const planOf = (shipment: Shipment) => shipment.state.plan ?? { shipmentId: '', orderId: '', node: '' };

/** The stock positions' present unit costs by item; decimal text. They are fixed on the confirmation for ever. */
const unitCosts = async (
  { executor }: FactPorts,
  { bu, state }: Shipment,
  items: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> => {
  const costs = new Map<string, string>();
  await inParallel([...items], stockReadsAtOnce, async (item) => {
    const stock = await executor.load(stockDecider, streamName('stock', bu, state.plan?.node ?? '', item));
    costs.set(item, stock.state.cost?.unitCost ?? '0');
  });
  return costs;
};

/** What goods of the node cost the seller: what they are worth there or, where another business unit owns them, its transfer price. */
const pricedFor = (catalog: Catalog, { bu, state }: Shipment, shippedAt: string) => {
  const node = state.plan?.node ?? '';
  const terms = intercompanyTermsOf(catalog, { bu, node }, shippedAt);
  return (unitCost: string) =>
    terms === undefined
      ? { unitCost }
      : { unitCost: transferPrice(unitCost, terms.markupPct), owned: { bu: terms.owner, unitCost } };
};

const confirmCommand = async (ports: FactPorts, shipment: Shipment, confirmation: Confirmation, hash: string) => {
  const { bu, state } = shipment;
  const itemsByLine = new Map(state.lines.map(({ lineId, item }) => [lineId, item]));
  const parts = inComponents(state.lines, confirmation.lines).map((line) => ({
    line,
    item: line.component ?? itemsByLine.get(line.lineId) ?? '',
  }));
  // A line that the shipment never had is refused by its decider.
  const known = parts.flatMap(({ item }) => (item === '' ? [] : [item]));
  const costs = await unitCosts(ports, shipment, new Set(known));
  const sold = await ports.executor.load(order, streamName('order', bu, planOf(shipment).orderId));
  const priced = pricedFor(ports.catalog.current(), shipment, confirmation.shippedAt);
  const lines = parts.map(({ line, item }) => {
    const itemGroup = itemOf(ports.catalog.current(), bu, item)?.group;
    return { ...line, ...priced(costs.get(item) ?? '0'), ...(itemGroup === undefined ? {} : { itemGroup }) };
  });
  const { soldTo, currency } = sold.state.submitted ?? { soldTo: '', currency: '' };
  const revenuePolicy = revenuePolicyOf(ports.catalog.current(), bu);
  return {
    type: 'ConfirmShipment',
    ...confirmation,
    ...{ contentSha256: hash, soldTo, currency, revenuePolicy, lines },
  } as const;
};

/**
 * Goods left. The confirmation id is a business key of the node for ever, so a repeat in whatever shape is answered
 * again and other content under the same id is refused BUSINESS_KEY_REUSED.
 */
export const confirmShipment = async (
  ports: FactPorts,
  shipment: Shipment,
  confirmation: Confirmation,
  context: CommandContext,
  { ifMatch }: ExecuteOptions = {},
): Promise<Outcome<RefWithOrder>> => {
  const refusal = notByWarehouse(shipment);
  if (refusal !== undefined) return refusal;
  const { shipmentId, orderId, node } = planOf(shipment);
  const known = shipment.state.confirmations.some(
    ({ confirmationId }) => confirmationId === confirmation.confirmationId,
  );
  if (shipment.state.voided && !known) {
    return refusedAs('SHIPMENT_VOIDED', 'The shipment was voided; what leaves now needs a new one.', { shipmentId });
  }
  const untimely = known ? undefined : claimedTimeViolation('/shippedAt', confirmation.shippedAt, ports.clock());
  if (untimely !== undefined) return invalid([untimely]);
  const hash = contentSha256(confirmation);
  const { confirmationId } = confirmation;
  const scope = `business:shipment-confirmation:${shipment.bu}:${node}`;
  const key = { scope, key: confirmationId, content: { shipmentId, hash } };
  const command = await confirmCommand(ports, shipment, confirmation, hash);
  const work = { decider: shipmentDecider, stream: shipment.stream, command, ifMatch };
  return onceForEver(ports, key, work, context, () => ({ shipmentId, orderId }));
};

/** Picked goods count at the shipment and at the stock position. Run again after a kill it completes the second half. */
export const recordPick = async (
  ports: FactPorts,
  shipment: Shipment,
  pick: { readonly pickId: string; readonly lines: readonly Part[] },
  context: CommandContext,
  options: ExecuteOptions = {},
): Promise<Outcome<Ref>> => {
  const refusal = notByWarehouse(shipment);
  if (refusal !== undefined) return refusal;
  const { shipmentId, node } = planOf(shipment);
  const { bu, stream } = shipment;
  const lines = inComponents(shipment.state.lines, pick.lines);
  const command = { type: 'RecordPick', ...pick, lines } as const;
  const executed = await ports.executor.execute(shipmentDecider, stream, command, context, options);
  if (executed.kind === 'done') {
    for (const event of executed.events) {
      if (event.type !== 'ItemsPicked') continue;
      const picks = event.data.lines.flatMap(({ components, ...line }) =>
        components === undefined ? [line] : components.map((one) => ({ ...line, ...one, of: `:${one.item}` })),
      );
      await inParallel(picks, stockReadsAtOnce, async ({ item, reservationId, qty, ...part }) => {
        const picked = { type: 'RecordPick', bu, node, item, reservationId, qty, pickId: pick.pickId } as const;
        // A kit's components are at positions of their own, under one reservation id.
        const id = `${event.eventId}:stock:${reservationId}${'of' in part ? part.of : ''}`;
        await ports.executor.execute(
          stockDecider,
          streamName('stock', bu, node, item),
          picked,
          alsoAs(context, id, event.eventId),
        );
      });
    }
  }
  return outcomeOf(executed, () => ({ shipmentId }));
};

/** Goods were not found: what is short goes back to sourcing, and the process takes it out of stock first. */
export const reportShortage = async (
  ports: FactPorts,
  shipment: Shipment,
  shortage: { readonly shortageId: string; readonly lines: readonly (Part & { readonly cause: string })[] },
  context: CommandContext,
  { ifMatch }: ExecuteOptions = {},
): Promise<Outcome<Ref>> => {
  const refusal = notByWarehouse(shipment);
  if (refusal !== undefined) return refusal;
  const lines = inComponents(shipment.state.lines, shortage.lines);
  const command = { type: 'ReportShort', ...shortage, lines } as const;
  const work = { decider: shipmentDecider, stream: shipment.stream, command, ifMatch };
  return carryOut(ports.executor, work, context, () => ({ shipmentId: planOf(shipment).shipmentId }));
};
