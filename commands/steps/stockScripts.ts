import type { GivenBack } from '../../domain/allocation/events.ts';
import { streamName } from '../../domain/eventLog.ts';
import { goodsOf, type OfRecipe, recipeOf } from '../../domain/kit.ts';
import { ownedAt } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import { type Place, placeOf } from '../../domain/stock/place.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { inParallel } from '../inParallel.ts';
import type { Run } from './stepRun.ts';

export const stockAtOnce = 16;

export const tellStock = (run: Run, command: StockCommand, commandId: string, occurredAt?: string) =>
  run.tell(
    stockDecider,
    streamName('stock', command.bu, command.node, command.item),
    { ...command, ...ownedAt(run.catalog.current(), command) },
    commandId,
    occurredAt,
  );

export const loadStock = async (run: Run, { bu, node, item }: Place): Promise<StockState> =>
  (await run.load(stockDecider, streamName('stock', bu, node, item))).state;

/** What a line takes from a node: of a kit all components, each from its own position, under one reservation id. */
export type Goods = Place & OfRecipe;

/** One command to each position of the goods, under an id of its own. */
export const atEachPosition = async (
  { bu, node, ...line }: Goods,
  amount: string,
  commandId: string,
  tell: (part: Place & { readonly qty: string }, id: string) => Promise<unknown>,
): Promise<void> => {
  if (line.components === undefined) await tell({ bu, node, item: line.item, qty: amount }, commandId);
  else
    for (const part of goodsOf(line, qty(amount)))
      await tell({ bu, node, item: part.item, qty: qtyText(part.qty) }, `${commandId}:${part.item}`);
};

/** `qty`: of a kit whole kits. Positions give back no more than the reservation still holds there. */
export const releaseReservation = (
  run: Run,
  goods: Goods,
  reservation: { readonly reservationId: string; readonly qty: string },
  cause: string,
  commandId: string,
): Promise<void> =>
  atEachPosition(goods, reservation.qty, commandId, (part, id) =>
    tellStock(run, { type: 'Release', ...part, reservationId: reservation.reservationId, cause }, id),
  );

/**
 * Tells stock positions what an allocation event gave up. Ids come from that event, so it is given back once, whoever
 * reads the event and however often.
 */
export const giveBack = async (
  run: Run,
  owner: Omit<Goods, 'node'> & { readonly orderId: string; readonly lineId: string },
  { reservations, queued }: GivenBack,
  cause: string,
  eventId: string,
): Promise<void> => {
  const { bu, item, orderId, lineId } = owner;
  const line = { bu, item, ...recipeOf(owner) };
  await inParallel(reservations, stockAtOnce, (reservation) =>
    releaseReservation(
      run,
      { ...line, node: reservation.node },
      reservation,
      cause,
      `${eventId}:${lineId}:release:${reservation.reservationId}`,
    ),
  );
  await inParallel(queued, stockAtOnce, ({ node, qty: amount }) =>
    atEachPosition({ ...line, node }, amount, `${eventId}:${lineId}:withdraw:${node}`, (part, id) =>
      tellStock(run, { type: 'WithdrawBackorder', ...part, orderId, lineId, cause }, id),
    ),
  );
};

/** Takes goods that were not found out of sellable stock and ends their reservation; the position decides how much. */
export const blockAndRelease = async (
  run: Run,
  place: Place,
  missing: { readonly reservationId: string; readonly qty: string; readonly cause: string },
  reference: string,
  commandId: string,
): Promise<void> => {
  const { reservationId, qty: amount, cause } = missing;
  const what = { ...placeOf(place), reference, reservationId, qty: amount, reason: cause };
  const command = { type: 'RecordMissing', ...what } as const;
  await tellStock(run, command, commandId);
};
