import { allocation } from '../../domain/allocation/allocation.ts';
import { type EventFeed, LogUnavailable, type Recorded, type StreamName, streamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { businessUnitOf, type Catalog, customerOf } from '../../domain/masterData/catalog.ts';
import {
  type Duplicate,
  type DuplicateRadar,
  type DuplicateRule,
  duplicateHold,
  duplicatesOf,
  goodsOf,
  usualRadar,
} from '../../domain/order/duplicates.ts';
import { order } from '../../domain/order/order.ts';
import { isCancelled } from '../../domain/order/state.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { toDomain } from '../codec.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { EarlierOrder, SightedOrders, Sighting } from '../ports/sighting.ts';
import type { CommandContext } from '../ports.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import { contextAfter } from './ownContext.ts';

export type RadarPorts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly sighted: SightedOrders;
  readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
  readonly onHeld?: (rule: DuplicateRule) => void;
  /** Told of what holds up no order. */
  readonly onError: (error: unknown) => void;
};

type Accepted = RecordedOf<'OrderAccepted'>;
type Sighted = { readonly sighting: Sighting; readonly radar: DuplicateRadar };

/** An order of more items is only compared as a whole. */
const comparedItemsMax = 200;
/** Of several that an order may repeat; one that was cancelled is none of them. */
const suspectsMax = 5;
const hourMs = 3_600_000;
const forgetEveryMs = 60_000;
/** Orders wait for it, so not too many; where there are more, the next page goes on. */
const forgottenAtOnce = 5_000;

const keyOf = (value: unknown): string => contentSha256(value).slice(0, 32);

const hoursFrom = (instant: string, hours: number): string =>
  new Date(Date.parse(instant) + hours * hourMs).toISOString();

/** Undefined: the business unit or the customer does not want it compared. */
const sightedAs = (known: Catalog, { data, position, recordedAt }: Accepted): Sighted | undefined => {
  const { orderId, bu, soldTo, channel, customerPo, shipTo, requestedDate } = data;
  const radar = businessUnitOf(known, bu)?.duplicateRadar ?? usualRadar;
  if (radar.windowHours === 0 || customerOf(known, bu, soldTo)?.repeatsOrders === true) return undefined;
  const goods = goodsOf(data.lines);
  const occasion = keyOf([bu, soldTo, shipTo.id, requestedDate]);
  const sighting = {
    ...{ orderId, position, channel, customerPo, acceptedAt: recordedAt, occasion },
    content: keyOf([occasion, goods]),
    goods: goods.length > comparedItemsMax ? null : goods,
    since: hoursFrom(recordedAt, -radar.windowHours),
    until: hoursFrom(recordedAt, radar.windowHours),
  };
  return { sighting, radar };
};

const suspectsAmong = (
  sighted: readonly Sighted[],
  earlier: readonly EarlierOrder[],
): ReadonlyMap<string, readonly Duplicate[]> => {
  const known = Map.groupBy(earlier, ({ secondId }) => secondId);
  const together = Map.groupBy(sighted, ({ sighting }) => sighting.occasion);
  const found = new Map<string, readonly Duplicate[]>();
  for (const { sighting, radar } of sighted) {
    const before = known.get(sighting.orderId)?.map(({ first }) => first) ?? [];
    const beside = together.get(sighting.occasion)?.map((one) => one.sighting) ?? [];
    const suspects = duplicatesOf(sighting, [...before, ...beside], radar).slice(0, suspectsMax);
    if (suspects.length > 0) found.set(sighting.orderId, suspects);
  }
  return found;
};

const contextOf = (accepted: Accepted): CommandContext =>
  contextAfter(accepted, 'process:radar', `${accepted.eventId}:radar`, accepted.recordedAt);

/**
 * Finds orders that came in twice through different channels and holds the second one. It stands before the process
 * manager of orders and sees what that sees, in the order of the log: so there is one second of a pair, whoever captured
 * them, and it is held before anything of it is asked for. Captures know nothing of it.
 */
export const createDuplicateRadar = ({ executor, sighted, catalog, onHeld, onError }: RadarPorts) => {
  const suspects = new Map<string, readonly Duplicate[]>();
  /** Orders that could not be looked at: each is tried again by itself, and holds up nobody else. */
  const unseen = new Set<string>();
  let forgotAtMs = Number.NEGATIVE_INFINITY;

  const streamOf = (bu: string, orderId: string): StreamName => streamName('order', bu, orderId);

  /** Whoever cancelled an order and gave it again elsewhere wants it once. */
  const standing = async (bu: string, found: readonly Duplicate[]): Promise<Duplicate | undefined> => {
    for (const duplicate of found) {
      const { state } = await executor.load(order, streamOf(bu, duplicate.first.orderId));
      if (!isCancelled(state)) return duplicate;
    }
    return undefined;
  };

  /**
   * Behind a place that was held up history is read again, perhaps by other rules than it was the first time; an order that
   * was let go then is not called back from the warehouse.
   */
  const wasLetGo = async ({ data: { bu, orderId } }: Accepted): Promise<boolean> =>
    (await executor.load(allocation, streamName('allocation', bu, orderId))).state.started !== null;

  const place = async (event: Accepted, duplicate: Duplicate): Promise<void> => {
    const { bu, orderId } = event.data;
    const holdId = derivedUlid(`${event.eventId}:POSSIBLE_DUPLICATE`);
    const hold = { type: 'PlaceHold', holdId, holdType: 'POSSIBLE_DUPLICATE', scope: { kind: 'ORDER' } } as const;
    const command = { ...hold, ...duplicateHold(duplicate) };
    const executed = await executor.execute(order, streamOf(bu, orderId), command, contextOf(event));
    // Refused: it was closed meanwhile.
    if (executed.kind === 'done' && !executed.duplicate && executed.events.length > 0) onHeld?.(duplicate.rule);
  };

  const forget = async (at: string): Promise<void> => {
    if (performance.now() - forgotAtMs < forgetEveryMs) return;
    const forgotten = await sighted.forget(at, forgottenAtOnce).catch((error: unknown) => {
      if (error instanceof LogUnavailable) throw error;
      onError(error);
      return 0;
    });
    if (forgotten < forgottenAtOnce) forgotAtMs = performance.now();
  };

  const look = async (accepted: readonly Accepted[]): Promise<void> => {
    const sightings = () => accepted.flatMap((event) => sightedAs(catalog.current(), event) ?? []);
    const seen = sightings();
    const last = seen.at(-1)?.sighting;
    if (last === undefined) return;
    const earlier = await sighted.sight(seen.map(({ sighting }) => sighting));
    if (suspectsAmong(seen, earlier).size === 0) return;
    // What was defined before an order was accepted holds for it, also when it has not come here yet.
    await catalog.waitFor(last.position);
    for (const [orderId, found] of suspectsAmong(sightings(), earlier)) suspects.set(orderId, found);
  };

  /** One after the other, because each is told of what was kept of those before it. */
  const lookAtEach = async (accepted: readonly Accepted[]): Promise<void> => {
    for (const event of accepted) {
      try {
        await look([event]);
        unseen.delete(event.data.orderId);
      } catch (error) {
        if (error instanceof LogUnavailable) throw error;
        unseen.add(event.data.orderId);
      }
    }
  };

  const lookAtPage = async (events: readonly Recorded[]): Promise<void> => {
    const accepted = events.filter(({ type }) => type === 'OrderAccepted').map((event) => toDomain(event) as Accepted);
    const last = accepted.at(-1);
    if (last === undefined) return;
    try {
      await look(accepted);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      await lookAtEach(accepted);
    }
    await forget(last.recordedAt);
  };

  return {
    /** The feed for whoever answers to orders: each page is looked at before it is handed on. Throws as `feed`. */
    watched: (feed: EventFeed): EventFeed => ({
      ...feed,
      readAfter: async (...from) => {
        const page = await feed.readAfter(...from);
        await lookAtPage(page.events);
        return page;
      },
    }),
    /**
     * Holds the order that was accepted here if it repeats another one. Safe to repeat. Throws `LogUnavailable`, and what
     * keeps the order from being looked at.
     */
    hold: async (event: RecordedDomainEvent): Promise<void> => {
      if (event.type !== 'OrderAccepted') return;
      const { bu, orderId } = event.data;
      if (unseen.has(orderId)) {
        await look([event]);
        unseen.delete(orderId);
      }
      const found = suspects.get(orderId);
      if (found === undefined) return;
      const duplicate = (await wasLetGo(event)) ? undefined : await standing(bu, found);
      if (duplicate !== undefined) await place(event, duplicate);
      suspects.delete(orderId);
    },
  };
};
