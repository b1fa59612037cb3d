import { type Refusal, refuse } from '../../domain/decider.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { ChannelReservationMade } from '../../domain/reservation/events.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { stockAtOnce } from '../steps/stockScripts.ts';
import { stockStream } from './setAside.ts';

/** Of one line, base units. */
export type LeftOfLine = { readonly lineId: string; readonly item: string; readonly qty: string };

type Made = ChannelReservationMade['data'];
type Execute = Pick<Executor, 'execute'>;

export const partsOf = ({ bu, lines }: Made) =>
  lines.flatMap(({ lineId, item, parts }) => parts.map((part) => ({ bu, lineId, item, ...part })));

type Amounts = readonly { readonly lineId: string; readonly qty: bigint }[];

const byLine = ({ lines }: Made, amounts: Amounts): readonly LeftOfLine[] =>
  lines.map(({ lineId, item }) => {
    const sum = amounts.reduce((total, part) => (part.lineId === lineId ? total + part.qty : total), 0n);
    return { lineId, item, qty: qtyText(sum) };
  });

/**
 * Asks every position for more time, in the order of the lines. Parts that are gone are left out; when none is there, the
 * first that said no says why.
 */
export const extendParts = async (
  { execute }: Execute,
  made: Made,
  { at, until, forOrder }: { readonly at: string; readonly until: string; readonly forOrder: boolean },
  context: CommandContext,
): Promise<Refusal | { readonly expiresAt: string; readonly lines: readonly LeftOfLine[] }> => {
  const held: { lineId: string; qty: bigint; expiresAt: string }[] = [];
  const refusals: Refusal[] = [];
  await inParallel(partsOf(made), stockAtOnce, async ({ bu, lineId, item, node, partId: reservationId }) => {
    const command = { type: 'Extend', bu, node, item, reservationId, expiresAt: until, at, forOrder } as const;
    const own = alsoAs(context, `${context.commandId}:extend:${reservationId}`);
    const executed = await execute(stockDecider, stockStream(command), command, own);
    if (executed.kind === 'refused') refusals.push(executed.refusal);
    if (executed.kind !== 'done') return;
    const reservation = valueAt(executed.state.reservations, reservationId);
    if (reservation?.expiresAt != null) held.push({ lineId, qty: reservation.qty, expiresAt: reservation.expiresAt });
  });
  const telling = refusals.find(({ refused }) => refused !== 'RESERVATION_UNKNOWN') ?? refusals[0];
  const first = held.map(({ expiresAt }) => expiresAt).sort()[0];
  if (first !== undefined) return { expiresAt: first, lines: byLine(made, held) };
  return telling ?? refuse('RESERVATION_UNKNOWN', 'The reservation holds nothing any more.');
};

/** Frees what these lines still hold; answers with how much that was. */
export const releaseParts = async (
  { execute }: Execute,
  made: Made,
  lineIds: readonly string[],
  cause: string,
  context: CommandContext,
): Promise<readonly LeftOfLine[]> => {
  const freed: { lineId: string; qty: bigint }[] = [];
  const parts = partsOf(made).filter(({ lineId }) => lineIds.includes(lineId));
  await inParallel(parts, stockAtOnce, async ({ bu, lineId, item, node, partId: reservationId, qty: amount }) => {
    const command = { type: 'Release', bu, node, item, reservationId, qty: amount, cause } as const;
    const own = alsoAs(context, `${context.commandId}:release:${reservationId}`);
    const executed = await execute(stockDecider, stockStream(command), command, own);
    if (executed.kind !== 'done') return;
    for (const event of executed.events)
      if (event.type === 'ReservationReleased' && event.data.reservationId === reservationId)
        freed.push({ lineId, qty: qty(event.data.qty) });
  });
  return byLine(made, freed).filter((line) => lineIds.includes(line.lineId));
};
