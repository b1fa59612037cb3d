import type { LineRoutedToDropShip } from '../../domain/allocation/dropShipEvents.ts';
import type { AllocationState } from '../../domain/allocation/state.ts';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import { dropShipCandidates, dropShipRoutes, nothingRouted } from '../../domain/dropShip/routes.ts';
import { itemOf } from '../../domain/masterData/catalog.ts';
import { withAdded } from '../../domain/order/submitDecisions.ts';
import { dropShipStream } from '../calls/dropShipContent.ts';
import { findEvent } from '../deciding/readStream.ts';
import { derivedUlid } from '../eventIds.ts';
import { chunked, loadOrder, type OfOrder, orderStream, tellAllocation } from './allocationStream.ts';
import { isHeld } from './releaseGoods.ts';
import type { Run } from './stepRun.ts';

/** What of an order stays out of the queues, and why the rest is in them. */
export type Routing = {
  /** Suppliers deliver these lines as soon as goods may leave. */
  readonly waiting: ReadonlySet<string>;
  readonly belowMargin: ReadonlySet<string>;
  readonly routed: boolean;
};

const nothing: Routing = { waiting: new Set(), belowMargin: new Set(), routed: false };

type Routed = LineRoutedToDropShip['data'];

/** One purchase order per supplier, whatever was routed to it in however many appends. Once per number. */
export const placeRouted = async (run: Run, state: AllocationState, routed: readonly Routed[]): Promise<void> => {
  const { started } = state;
  if (started === null || routed.length === 0) return;
  const { submitted } = await loadOrder(run, started);
  for (const [poId, lines] of Map.groupBy(routed, (line) => line.poId)) {
    const [first] = lines;
    if (first === undefined) continue;
    const { bu, orderId, supplier, shipmentId, currency } = first;
    const { shipTo, requestedDate } = started;
    const head = { poId, bu, orderId, supplier, shipmentId, currency, shipTo, requestedDate };
    const placed = { ...head, soldTo: submitted?.soldTo ?? '', placedAt: run.clock() };
    const ordered = lines.map(({ lineId, item, qty, unitCost }) => {
      const itemGroup = itemOf(run.catalog.current(), bu, item)?.group;
      return { lineId, item, ...(itemGroup === undefined ? {} : { itemGroup }), qty, unitCost };
    });
    const command = { type: 'PlaceDropShip', ...placed, lines: ordered } as const;
    await run.open(dropShipDecider, dropShipStream(first), command, `${poId}:place`);
  }
};

/**
 * Routes what no stock covers to suppliers and places their purchase orders. A purchase order is as binding as a release, so it
 * waits for the same: the ERP knows the order and nothing holds it. Until then its lines stay unsourced and in no queue.
 */
export const routeToSuppliers = async (
  run: Run,
  of: OfOrder,
  state: AllocationState,
  idBase: string,
): Promise<Routing> => {
  if (dropShipCandidates(run.catalog.current(), state).length === 0) return nothing;
  const accepted = await findEvent(run.store, orderStream(of), 'OrderAccepted');
  const order = await loadOrder(run, of);
  const sold = accepted && { ...accepted.data, lines: withAdded(accepted.data.lines, order) };
  const routes = sold === undefined ? nothingRouted : dropShipRoutes(run.catalog.current(), state, sold, run.clock());
  const { belowMargin } = routes;
  const lineIds = [...routes.bySupplier.values()].flat().map(({ lineId }) => lineId);
  const isOpen = state.gateOpen || state.started?.erpGate === false;
  if (!isOpen || isHeld(order)) {
    return { waiting: new Set(lineIds), belowMargin, routed: false };
  }
  const routed: Routed[] = [];
  for (const [supplier, lines] of routes.bySupplier) {
    const poId = derivedUlid(`purchase order ${of.bu} ${of.orderId} ${supplier} ${idBase}`);
    const purchase = { poId, shipmentId: derivedUlid(`drop shipment ${of.bu} ${poId}`), supplier };
    for (const [index, part] of chunked(lines).entries()) {
      const command = {
        ...{ type: 'RouteToDropShip' as const, ...purchase, lines: part },
        currency: accepted?.data.currency ?? '',
      };
      const id = `${idBase}:dropship:${supplier}:${index}`;
      const { events } = await tellAllocation(run, of, command, id);
      for (const event of events) if (event.type === 'LineRoutedToDropShip') routed.push(event.data);
    }
  }
  await placeRouted(run, state, routed);
  return { waiting: new Set(), belowMargin, routed: routed.length > 0 };
};
