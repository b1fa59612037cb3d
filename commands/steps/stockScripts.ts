import type { GivenBack } from '../../domain/allocation/events.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import { type Place, placeOf } from '../../domain/stock/place.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { inParallel } from '../inParallel.ts';
import type { Run } from './stepRun.ts';

export const stockAtOnce = 16;

export const tellStock = (run: Run, command: StockCommand, commandId: string, occurredAt?: string) =>
  run.tell(stockDecider, streamName('stock', command.bu, command.node, command.item), command, commandId, occurredAt);

export const loadStock = async (run: Run, { bu, node, item }: Place): Promise<StockState> =>
  (await run.load(stockDecider, streamName('stock', bu, node, item))).state;

export const releaseReservation = async (
  run: Run,
  place: Place,
  reservation: { readonly reservationId: string; readonly qty: string },
  cause: string,
  commandId: string,
): Promise<void> => {
  const { reservationId, qty } = reservation;
  await tellStock(run, { type: 'Release', ...placeOf(place), reservationId, qty, cause }, commandId);
};

/**
 * Tells stock positions what an allocation event gave up. Ids come from that event, so it is given back once, whoever
 * reads the event and however often.
 */
export const giveBack = async (
  run: Run,
  owner: { readonly bu: string; readonly orderId: string; readonly lineId: string; readonly item: string },
  { reservations, queued }: GivenBack,
  cause: string,
  eventId: string,
): Promise<void> => {
  const { bu, item, orderId, lineId } = owner;
  await inParallel(reservations, stockAtOnce, (reservation) =>
    releaseReservation(
      run,
      { bu, item, node: reservation.node },
      reservation,
      cause,
      `${eventId}:${lineId}:release:${reservation.reservationId}`,
    ),
  );
  await inParallel(queued, stockAtOnce, async ({ node, qty }) => {
    const command = { type: 'WithdrawBackorder', bu, node, item, orderId, lineId, qty, cause } as const;
    await tellStock(run, command, `${eventId}:${lineId}:withdraw:${node}`);
  });
};

/** Takes goods that were not found out of sellable stock and ends their reservation; the position decides how much. */
export const blockAndRelease = async (
  run: Run,
  place: Place,
  missing: { readonly reservationId: string; readonly qty: string; readonly cause: string },
  reference: string,
  commandId: string,
): Promise<void> => {
  const { reservationId, qty, cause } = missing;
  const command = { type: 'RecordMissing', ...placeOf(place), reference, reservationId, qty, reason: cause } as const;
  await tellStock(run, command, commandId);
};
