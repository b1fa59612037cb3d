import { allocation } from '../../domain/allocation/allocation.ts';
import type { AllocationEvent } from '../../domain/allocation/events.ts';
import { type AllocationState, hasKits, lineOf, linesInOrder, releasable } from '../../domain/allocation/state.ts';
import { isTakenTogether } from '../../domain/allocation/together.ts';
import type { SourcedLine } from '../../domain/availability/sourcing.ts';
import { dropShipCandidates } from '../../domain/dropShip/routes.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { recipeOf } from '../../domain/kit.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { qtyText } from '../../domain/quantity.ts';
import { sizeOf } from '../../domain/stock/orderedMap.ts';
import { eventsOfCommands, findEvent } from '../deciding/readStream.ts';
import { inParallel } from '../inParallel.ts';
import {
  allocationStream,
  loadAllocation,
  loadOrder,
  type OfOrder,
  orderStream,
  tellAllocation,
} from './allocationStream.ts';
import { gather, joinQueue, lookAround, queueRest, withdraw } from './backorder.ts';
import { hearDemand } from './hearDemand.ts';
import { isHeld, releaseGoods } from './releaseGoods.ts';
import { takePicks } from './reserve.ts';
import { placeRouted, routeToSuppliers } from './routeDropShip.ts';
import { type Notes, sourceUnsourced } from './source.ts';
import type { Run, StepScript } from './stepRun.ts';
import { releaseReservation, stockAtOnce } from './stockScripts.ts';
import { takeReservations } from './takeReservations.ts';

/** One decision and up to three more when a stock position gave less than it had shown (spec 4.7, step 8). */
const roundsMax = 4;

type Begun = { readonly state: AllocationState; readonly isNew: boolean };

/** The allocation, begun if it was not; undefined while the order is not accepted. */
const begin = async (run: Run, of: OfOrder, order: OrderState): Promise<Begun | undefined> => {
  const stream = allocationStream(of);
  let { state } = await run.load(allocation, stream, { isNew: !run.again });
  const isNew = state.started === null;
  if (isNew) {
    const accepted = await findEvent(run.store, orderStream(of), 'OrderAccepted');
    if (accepted === undefined) return undefined;
    const { lines, shipComplete, allowSplit, requestedDate, acceptedAt, shipTo } = accepted.data;
    const erpGate = businessUnitOf(run.catalog.current(), of.bu)?.erpGate ?? true;
    const demand = lines.map(({ lineId, item, qty, ...line }) => ({ lineId, item, qty, ...recipeOf(line) }));
    const start = { shipComplete, allowSplit, requestedDate, acceptedAt, shipTo, erpGate };
    const command = { type: 'StartAllocation', ...of, lines: demand, ...start } as const;
    state = (await run.open(allocation, stream, command, `${run.intentId}:start`)).state;
  }
  // The ERP may have answered while a hold kept this from starting.
  if (!state.gateOpen && sizeOf(order.erpNumbers) > 0) {
    state = (await tellAllocation(run, of, { type: 'OpenErpGate' }, `${run.intentId}:gate`)).state;
  }
  if (state.started !== null) state = await hearDemand(run, of, order, state);
  return { state, isNew };
};

type Lost = Extract<AllocationEvent, { type: 'AllocationReservationLost' }>['data'];

const returnLost = (run: Run, state: AllocationState, lost: Lost, eventId: string): Promise<void> => {
  const goods = { ...lost, ...recipeOf(lineOf(state, lost.lineId)) };
  return lost.from === 'BACKORDERED'
    ? withdraw(run, goods, eventId)
    : releaseReservation(run, goods, lost, lost.cause, `${eventId}:back`);
};

/** Completes at the stock positions what an earlier run recorded here; answers with the number of its last round. */
const finishEarlierRun = async (run: Run, of: OfOrder, state: AllocationState): Promise<number> => {
  const events = await eventsOfCommands(run.store, allocationStream(of), `${run.intentId}:`);
  const decisions = events.filter((event) => event.type === 'SourcingDecided');
  await takePicks(run, decisions, state.started?.requestedDate ?? '');
  await placeRouted(
    run,
    state,
    events.flatMap(({ type, data }) => (type === 'LineRoutedToDropShip' ? [data] : [])),
  );
  for (const event of events) {
    if (event.type === 'LineBackordered') await joinQueue(run, state, event);
    if (event.type === 'AllocationReservationLost') await returnLost(run, state, event.data, event.eventId);
  }
  return decisions.reduce(
    (last, { data }) => Math.max(last, Number(data.decisionId.slice(run.intentId.length + 1))),
    0,
  );
};

/** An order that ships complete holds nothing while part of it cannot be had. */
const giveUpAll = async (run: Run, of: OfOrder, idBase: string): Promise<void> => {
  const state = await loadAllocation(run, of);
  await inParallel(releasable(state), stockAtOnce, async ({ lineId, reservationId, open }) => {
    if (lineOf(state, lineId) === undefined) return;
    const command = {
      type: 'RecordReservationLost',
      lineId,
      reservationId,
      qty: qtyText(open),
      cause: 'SHIP_COMPLETE',
    } as const;
    const answer = await tellAllocation(run, of, command, `${idBase}:incomplete:${reservationId}`);
    for (const { type, data, eventId } of answer.events as readonly NewEvent<AllocationEvent>[]) {
      if (type === 'AllocationReservationLost') await returnLost(run, state, data, eventId);
    }
  });
};

/** Rounds of deciding and reserving until everything that was picked was had, then the rest waits. */
const sourceAndReserve = async (run: Run, of: OfOrder, firstRound: number, notes?: Notes): Promise<void> => {
  let sourced: ReadonlyMap<string, SourcedLine> = new Map();
  let complete = true;
  const idBase = `${run.intentId}:${firstRound}`;
  await gather(run, of, idBase);
  for (let round = firstRound; round < firstRound + roundsMax; round += 1) {
    const decisionId = `${run.intentId}:${round}`;
    const state = await loadAllocation(run, of);
    const decision = await sourceUnsourced(run, of, state, decisionId, notes);
    if (decision === undefined) break;
    sourced = new Map([...sourced, ...decision.sourced.map((line) => [line.lineId, line] as const)]);
    complete = await takePicks(run, decision.decided, state.started?.requestedDate ?? '');
    if (!complete && state.started?.shipComplete === true) await giveUpAll(run, of, decisionId);
    if (complete && decision.decided.length === decision.sourced.length) break;
  }
  const before = await loadAllocation(run, of);
  const routing = await routeToSuppliers(run, of, before, idBase);
  const left = routing.routed ? await loadAllocation(run, of) : before;
  const together = isTakenTogether(left);
  if (together && linesInOrder(left).some(({ unsourced }) => unsourced > 0n)) await giveUpAll(run, of, idBase);
  await queueRest(run, of, sourced, idBase, routing);
  // A position that refused what it had shown would refuse it again. But for lines that are taken together nobody else
  // looks before stock comes, and the order that was faster may have given up meanwhile. Kits are such lines, too.
  if (complete || together || hasKits(left)) await lookAround(run, of, idBase);
};

/** Sources, reserves, queues the rest and releases what may leave (spec 4.7, steps 7, 8 and 10). */
export const allocate: StepScript<'allocate'> = async (run, { definedAt, ...of }) => {
  if (definedAt !== undefined) await run.catalog.waitFor(definedAt);
  const order = await loadOrder(run, of);
  if (!order.accepted || order.closed) return;
  const begun = await begin(run, of, order);
  if (begun?.state.started == null) return;
  const notes = await takeReservations(run, of, order, begun);
  const earlier = run.again ? await finishEarlierRun(run, of, begun.state) : 0;
  await sourceAndReserve(run, of, earlier + 1, notes);
  await releaseGoods(run, of);
};

/** Stock has come for a line of an order whose lines are taken together: is there enough for all of them now? */
export const tryTogether: StepScript<'tryTogether'> = async (run, { definedAt, ...of }) => {
  const order = await loadOrder(run, of);
  if (!order.accepted || order.closed || isHeld(order)) return;
  if (definedAt !== undefined) await run.catalog.waitFor(definedAt);
  const state = await loadAllocation(run, of);
  if (run.again) await finishEarlierRun(run, of, state);
  await lookAround(run, of, run.intentId);
};

/** Opens the ERP gate when asked, then releases what may leave. */
export const release: StepScript<'release'> = async (run, { openErpGate, held, ...of }) => {
  const state = await loadAllocation(run, of);
  // Not begun: a hold came first. Beginning looks at the ERP's answer itself.
  if (state.started === null) return;
  if (openErpGate) await tellAllocation(run, of, { type: 'OpenErpGate' }, `${run.intentId}:gate`);
  if (held) return;
  await releaseGoods(run, of);
  // What suppliers are to deliver has waited for the gate, and is to be sourced anew.
  if (openErpGate && dropShipCandidates(run.catalog.current(), state).length > 0) {
    await tellAllocation(run, of, { type: 'ReopenSourcing', cause: 'ERP_REGISTERED' }, `${run.intentId}:source`);
  }
};
