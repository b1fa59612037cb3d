import { type Refusal, refuse } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { ChannelReservationMade } from '../../domain/reservation/events.ts';
import { minutesOf, type ReleaseReason, reservationDecider } from '../../domain/reservation/reservation.ts';
import { placeOf } from '../../domain/stock/place.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { findStream } from '../calls/findStream.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { inParallel } from '../inParallel.ts';
import { alsoAs, done, invalid, noSuch, outcomeOf, refused, refusedAs, revisionMismatch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { stockAtOnce } from '../steps/stockScripts.ts';
import { extendParts, type LeftOfLine, releaseParts } from './parts.ts';
import { minutesViolations, type ReservationInput, understood } from './reservationContent.ts';
import { couldBeHad, type Held, type SetAside, setAside, stockStream, type Wanted } from './setAside.ts';

type Ports = Pick<AppPorts, 'executor' | 'catalog' | 'clock'>;
export type MadeReservation = ChannelReservationMade['data'];

type OfReservation = { readonly reservationId: string } & WithRevision;

/** What a channel does with goods before there is an order. */
export type ReservationCalls = {
  /** The id is the command id of the first attempt. Refuses ATP_SHORT with what could be had of each line, and when all of it could. */
  readonly reserve: (input: ReservationInput, context: CommandContext) => Promise<Outcome<MadeReservation>>;
  /** Refuses RESERVATION_EXPIRED, RESERVATION_UNKNOWN when nothing is held any more, RESERVATION_EXTENDED_OFTEN. */
  readonly extendReservation: (
    input: OfReservation & { readonly minutes: number },
    context: CommandContext,
  ) => Promise<Outcome<{ readonly expiresAt: string; readonly lines: readonly LeftOfLine[] }>>;
  /** Without lines: all. Answers with what was freed, which is nothing when it was freed before. */
  readonly releaseReservation: (
    input: OfReservation & { readonly reason: ReleaseReason; readonly lineIds?: readonly string[] },
    context: CommandContext,
  ) => Promise<Outcome<{ readonly lines: readonly LeftOfLine[] }>>;
  /** As its stream says, however far behind a read model is. */
  readonly reservationOwner: (
    reservationId: string,
  ) => Promise<{ readonly bu: string; readonly soldTo: string } | undefined>;
};

export const reservationStream = (bu: string, reservationId: string) =>
  streamName(reservationDecider.category, bu, reservationId);

export const inMinutes = (from: string, minutes: number): string =>
  new Date(Date.parse(from) + minutes * 60_000).toISOString();

const shortOf = (wanted: Wanted, taken: SetAside): Refusal => {
  const lines = wanted.lines.flatMap(({ lineId, item, qty: asked }) => {
    const sourced = taken.sourced.find((line) => line.lineId === lineId);
    const availableNow = couldBeHad(lineId, taken);
    if (sourced === undefined || qty(availableNow) >= asked) return [];
    return [{ lineId, item, qty: qtyText(asked), availableNow, fullQtyDate: sourced.expected?.date ?? null }];
  });
  const names = lines.map(({ lineId }) => lineId).join(', ');
  return refuse('ATP_SHORT', `There is not enough for line ${names}; nothing was reserved.`, { lines });
};

const giveBack = ({ executor }: Ports, { bu }: Wanted, held: readonly Held[], context: CommandContext) =>
  inParallel(held, stockAtOnce, async ({ node, item, partId: reservationId, qty: amount }) => {
    const place = { bu, node, item };
    const back = { reservationId, qty: qtyText(amount), cause: 'NOT_ALL_AVAILABLE' };
    const own = alsoAs(context, `${context.commandId}:back:${reservationId}`);
    await executor.execute(stockDecider, stockStream(place), { type: 'Release', ...placeOf(place), ...back }, own);
  });

const madeOf = (wanted: Wanted, input: ReservationInput, { held, sourced }: SetAside): MadeReservation => {
  const lines = wanted.lines.map(({ lineId, item, qty: asked, baseUom }) => {
    const own = held.filter((part) => part.lineId === lineId);
    const parts = own.map(({ partId, node, qty: amount }) => ({ partId, node, qty: qtyText(amount) }));
    const rest = sourced.find((line) => line.lineId === lineId);
    return { lineId, item, qty: qtyText(asked), baseUom, parts, fullQtyDate: rest?.expected?.date ?? null };
  });
  const expiresAt = held.reduce((first, part) => (part.expiresAt < first ? part.expiresAt : first), wanted.expiresAt);
  const { reservationId, bu, purpose, needDate } = wanted;
  return { reservationId, bu, channel: input.channel, soldTo: input.soldTo, purpose, needDate, expiresAt, lines };
};

/**
 * The stock positions first, what was had of them then: an attempt that was killed in between is finished by its retry, and
 * what nobody comes back for is freed by its own expiry.
 */
const reserve =
  (ports: Ports): ReservationCalls['reserve'] =>
  async (input, context) => {
    const { executor, clock } = ports;
    const { needDate, lines, violations } = await understood(ports, input);
    const reservationId = context.commandId;
    const stream = reservationStream(input.bu, reservationId);
    if (violations.length > 0) return invalid(violations);
    const { kind: purpose, bu, allowPartial, allowSplit, minutes = minutesOf[purpose].usual } = input;
    const expiresAt = inMinutes(clock(), minutes);
    const wanted = { reservationId, bu, purpose, needDate, expiresAt, allowPartial, allowSplit, lines };
    const { made } = (await executor.load(reservationDecider, stream)).state;
    const taken: SetAside = made === null ? await setAside(ports, wanted, context) : { held: [], sourced: [] };
    const isShort = made === null && (taken.held.length === 0 || (taken.sourced.length > 0 && !allowPartial));
    if (isShort) {
      await giveBack(ports, wanted, taken.held, context);
      return refused(shortOf(wanted, taken));
    }
    const data = made ?? madeOf(wanted, input, taken);
    const executed = await executor.execute(reservationDecider, stream, { type: 'RecordMade', ...data }, context);
    return outcomeOf(executed, ({ state }) => state.made ?? data);
  };

/** The reservation as it was made, or why nothing can be done about it. */
const found = async (ports: Ports, { reservationId, ifMatch }: OfReservation) => {
  const known = await findStream(ports, reservationDecider, reservationId);
  const made = known?.state.made ?? null;
  if (known === undefined || made === null) {
    return { kind: 'not', outcome: noSuch('reservation', reservationId) } as const;
  }
  const isStale = ifMatch !== undefined && ifMatch !== known.revision;
  return isStale
    ? ({ kind: 'not', outcome: revisionMismatch(known.revision) } as const)
    : ({ kind: 'made', made, stream: known.stream } as const);
};

const extendReservation =
  (ports: Ports): ReservationCalls['extendReservation'] =>
  async (input, context) => {
    const of = await found(ports, input);
    if (of.kind === 'not') return of.outcome;
    const { purpose } = of.made;
    const wrong: readonly Violation[] = minutesViolations(purpose, input.minutes);
    if (wrong.length > 0) return invalid(wrong);
    const at = ports.clock();
    const until = inMinutes(at, input.minutes);
    const extended = await extendParts(ports.executor, of.made, { at, until, forOrder: false }, context);
    if ('refused' in extended) return refused(extended);
    const command = { type: 'RecordExtension', expiresAt: extended.expiresAt } as const;
    const recorded = await ports.executor.execute(reservationDecider, of.stream, command, context);
    return outcomeOf(recorded, () => extended);
  };

const releaseReservation =
  (ports: Ports): ReservationCalls['releaseReservation'] =>
  async (input, context) => {
    const of = await found(ports, input);
    if (of.kind === 'not') return of.outcome;
    const known = of.made.lines.map(({ lineId }) => lineId);
    const { lineIds = known } = input;
    const unknown = lineIds.filter((lineId) => !known.includes(lineId));
    if (unknown.length > 0)
      return refusedAs('LINE_UNKNOWN', `The reservation has no line ${unknown.join(', ')}.`, { lineIds: unknown });
    const lines = await releaseParts(ports.executor, of.made, lineIds, input.reason, context);
    const command = { type: 'RecordRelease', lineIds } as const;
    const recorded = await ports.executor.execute(reservationDecider, of.stream, command, context);
    return recorded.kind === 'done' ? done({ lines }, recorded.receipt) : outcomeOf(recorded, () => ({ lines }));
  };

export const reservationCalls = (ports: Ports): ReservationCalls => ({
  reserve: reserve(ports),
  extendReservation: extendReservation(ports),
  releaseReservation: releaseReservation(ports),
  reservationOwner: async (reservationId) => {
    const made = (await findStream(ports, reservationDecider, reservationId))?.state.made ?? null;
    return made === null ? undefined : { bu: made.bu, soldTo: made.soldTo };
  },
});
