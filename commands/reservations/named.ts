import type { ChannelReservationMade } from '../../domain/reservation/events.ts';
import { minutesOf, reservationDecider } from '../../domain/reservation/reservation.ts';
import type { Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import type { SubmitOrderInput } from '../calls/inputs.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import { violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { extendParts } from './parts.ts';
import { inMinutes, reservationStream } from './reservationCalls.ts';

// Reservations that an order names.

type Naming = Pick<SubmitOrderInput, 'bu' | 'soldTo' | 'reservationIds'>;
type Made = ChannelReservationMade['data'];

const reservationsAtOnce = 8;

/** The reservation, when it is one of this customer. */
export const ownReservation = async (
  { load }: Pick<Executor, 'load'>,
  { bu, soldTo }: Pick<Naming, 'bu' | 'soldTo'>,
  reservationId: string,
): Promise<Made | undefined> => {
  const { made } = (await load(reservationDecider, reservationStream(bu, reservationId))).state;
  return made?.soldTo === soldTo ? made : undefined;
};

const named = async ({ executor }: Pick<AppPorts, 'executor'>, input: Naming) => {
  const found = new Map<string, Made | undefined>();
  await inParallel(input.reservationIds ?? [], reservationsAtOnce, async (id) => {
    found.set(id, await ownReservation(executor, input, id));
  });
  return found;
};

/** Those that do not exist for this customer. One that has expired does: its goods are sourced like any others. */
export const unknownReservations = async (
  ports: Pick<AppPorts, 'executor'>,
  input: Naming,
): Promise<readonly Violation[]> => {
  if (input.reservationIds === undefined) return [];
  const found = await named(ports, input);
  return input.reservationIds.flatMap((id, index) => {
    const detail = `Customer ${input.soldTo} has no reservation ${id}.`;
    return found.get(id) === undefined ? [violation(`/reservationIds/${index}`, 'RESERVATION_UNKNOWN', detail)] : [];
  });
};

/**
 * Keeps the goods while the order is captured and until its lines take them over. It does not count as an extension. What
 * is gone already is left: the order is sourced without it, and its promise says so.
 */
export const keepForOrder = async (
  ports: Pick<AppPorts, 'executor' | 'clock'>,
  input: Naming,
  { claims: _, ...context }: CommandContext,
): Promise<void> => {
  const at = ports.clock();
  const time = { at, until: inMinutes(at, minutesOf.CART.usual), forOrder: true };
  for (const made of (await named(ports, input)).values())
    if (made !== undefined) await extendParts(ports.executor, made, time, context);
};
