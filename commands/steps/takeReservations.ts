import { type AllocationState, recordedQty } from '../../domain/allocation/state.ts';
import type { Refusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { minQty, qty, qtyText } from '../../domain/quantity.ts';
import type { ChannelReservationMade } from '../../domain/reservation/events.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { eventsOfCommands } from '../deciding/readStream.ts';
import { ownReservation } from '../reservations/named.ts';
import { partsOf, releaseParts } from '../reservations/parts.ts';
import { allocationStream, type OfOrder } from './allocationStream.ts';
import { recordReserved } from './reserve.ts';
import type { Notes } from './source.ts';
import type { Run } from './stepRun.ts';

type Part = ReturnType<typeof partsOf>[number] & { readonly from: string; left: bigint };
type Started = NonNullable<AllocationState['started']>;
type Line = Started['lines'][number];

const whyNot = ({ refused, detail }: Refusal, { from, node }: Part): string =>
  refused === 'RESERVATION_UNKNOWN'
    ? `Reservation ${from} holds nothing at ${node} any more: it had expired, was given back or went to another order. What is missing is sourced like any other goods.`
    : `Reservation ${from} at ${node} could not be used: ${detail} What is missing is sourced like any other goods.`;

/** Takes a part over and records it. The quantity is that of the first attempt. */
const takePart = async (
  run: Run,
  of: OfOrder,
  known: AllocationState,
  { lineId, item }: Line,
  part: Part,
  wanted: bigint,
): Promise<{ readonly taken: bigint; readonly recorded: bigint } | Refusal> => {
  const { node, partId: from, bu } = part;
  const { requestedDate: needDate = '', acceptedAt: at = '' } = known.started ?? {};
  const reservationId = composedId('held', of.orderId, lineId, from);
  const idBase = `${run.intentId}:take:${lineId}:${from}`;
  const line = { bu, node, item, orderId: of.orderId, lineId, reservationId, needDate };
  const command = { type: 'TakeOver', ...line, from, qty: qtyText(wanted), at } as const;
  const answer = await run.ask(stockDecider, streamName('stock', bu, node, item), command, idBase);
  if (answer.kind === 'refused') return answer.refusal;
  const event = answer.events.find(({ type }) => type === 'StockReserved');
  const told = event?.type === 'StockReserved' ? qty(event.data.qty) : undefined;
  const open = valueAt(answer.state.reservations, reservationId)?.qty;
  const taken = told ?? open ?? recordedQty(known, reservationId);
  const reserved = { ...of, lineId, item, node, reservationId, qty: qtyText(taken), from: 'UNSOURCED' } as const;
  return { taken, recorded: taken > 0n ? await recordReserved(run, reserved, idBase) : 0n };
};

/** Gives a line what was set aside of its item; answers with why something was not to be had. */
const takeForLine = async (
  run: Run,
  of: OfOrder,
  known: AllocationState,
  line: Line,
  parts: readonly Part[],
): Promise<readonly string[]> => {
  const notes: string[] = [];
  let wanted = qty(line.qty);
  for (const part of parts) {
    if (wanted <= 0n) break;
    if (part.item !== line.item || part.left <= 0n) continue;
    const answer = await takePart(run, of, known, line, part, minQty(wanted, part.left));
    if ('refused' in answer) {
      part.left = 0n;
      notes.push(whyNot(answer, part));
      continue;
    }
    part.left -= answer.taken;
    wanted -= answer.recorded;
  }
  return notes;
};

const isBegunHere = async (run: Run, of: OfOrder, isNew: boolean): Promise<boolean> =>
  isNew || (run.again && (await eventsOfCommands(run.store, allocationStream(of), `${run.intentId}:start`)).length > 0);

const reservationsOf = async (
  run: Run,
  of: OfOrder,
  { submitted }: OrderState,
): Promise<ChannelReservationMade['data'][]> => {
  const found: ChannelReservationMade['data'][] = [];
  for (const id of submitted?.reservationIds ?? []) {
    const made = await ownReservation(run, { bu: of.bu, soldTo: submitted?.soldTo ?? '' }, id);
    if (made !== undefined) found.push(made);
  }
  return found;
};

/**
 * When the allocation begins, the order's lines take over what the channel had set aside for them, in the order of the
 * lines and of the reservations; what no line wants is free at once. Only then: what a line loses later is sourced anew.
 * Every id is made of the intent, the line and the part, so a run that was killed is finished by the next one.
 */
export const takeReservations = async (
  run: Run,
  of: OfOrder,
  order: OrderState,
  { state, isNew }: { readonly state: AllocationState; readonly isNew: boolean },
): Promise<Notes | undefined> => {
  if (order.submitted?.reservationIds === undefined || !(await isBegunHere(run, of, isNew))) return undefined;
  const reservations = await reservationsOf(run, of, order);
  const parts: Part[] = reservations.flatMap((made) =>
    partsOf(made).map((part) => ({ ...part, from: made.reservationId, left: qty(part.qty) })),
  );
  const notes = new Map<string, readonly string[]>();
  for (const line of state.started?.lines ?? []) notes.set(line.lineId, await takeForLine(run, of, state, line, parts));
  for (const made of reservations) {
    const context = run.contextOf(`${run.intentId}:rest:${made.reservationId}`);
    const lineIds = made.lines.map(({ lineId }) => lineId);
    await releaseParts(run.executor, made, lineIds, 'NOT_ORDERED', context);
  }
  return notes;
};
