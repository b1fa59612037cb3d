import { allocation } from '../../domain/allocation/allocation.ts';
import { type EventFeed, LogUnavailable, type Recorded, type StreamName, streamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type Duplicate, type DuplicateRule, duplicateHold } from '../../domain/order/duplicates.ts';
import { order } from '../../domain/order/order.ts';
import { isCancelled } from '../../domain/order/state.ts';
import { toDomain } from '../codec.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { SightedOrders } from '../ports/sighting.ts';
import type { CommandContext } from '../ports.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import { type Accepted, sightedAs, suspectsAmong } from './duplicateSightings.ts';
import { contextAfter } from './ownContext.ts';

export type RadarPorts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly sighted: SightedOrders;
  readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
  readonly onHeld?: (rule: DuplicateRule) => void;
  /** Told of what holds up no order. */
  readonly onError: (error: unknown) => void;
};

const forgetEveryMs = 60_000;
/** Orders wait for it, so not too many; where there are more, the next page goes on. */
const forgottenAtOnce = 5_000;

const contextOf = (accepted: Accepted): CommandContext =>
  contextAfter(accepted, 'process:radar', `${accepted.eventId}:radar`, accepted.recordedAt);

const streamOf = (bu: string, orderId: string): StreamName => streamName('order', bu, orderId);

/** Whoever cancelled an order and gave it again elsewhere wants it once. */
const standing = async (
  { executor }: Pick<RadarPorts, 'executor'>,
  bu: string,
  found: readonly Duplicate[],
): Promise<Duplicate | undefined> => {
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
const wasLetGo = async (
  { executor }: Pick<RadarPorts, 'executor'>,
  { data: { bu, orderId } }: Accepted,
): Promise<boolean> => (await executor.load(allocation, streamName('allocation', bu, orderId))).state.started !== null;

const place = async (
  { executor, onHeld }: Pick<RadarPorts, 'executor' | 'onHeld'>,
  event: Accepted,
  duplicate: Duplicate,
): Promise<void> => {
  const { bu, orderId } = event.data;
  const holdId = derivedUlid(`${event.eventId}:POSSIBLE_DUPLICATE`);
  const hold = { type: 'PlaceHold', holdId, holdType: 'POSSIBLE_DUPLICATE', scope: { kind: 'ORDER' } } as const;
  const command = { ...hold, ...duplicateHold(duplicate) };
  const executed = await executor.execute(order, streamOf(bu, orderId), command, contextOf(event));
  // Refused: it was closed meanwhile.
  if (executed.kind === 'done' && !executed.duplicate && executed.events.length > 0) onHeld?.(duplicate.rule);
};

/**
 * Finds orders that came in twice through different channels and holds the second one. It stands before the process
 * manager of orders and sees what that sees, in the order of the log: so there is one second of a pair, whoever captured
 * them, and it is held before anything of it is asked for. Captures know nothing of it.
 */
export const createDuplicateRadar = (ports: RadarPorts) => {
  const { sighted, catalog, onError } = ports;
  const suspects = new Map<string, readonly Duplicate[]>();
  /** Orders that could not be looked at: each is tried again by itself, and holds up nobody else. */
  const unseen = new Set<string>();
  let forgotAtMs = Number.NEGATIVE_INFINITY;

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

  const lookIfUnseen = async (event: Accepted): Promise<void> => {
    if (!unseen.has(event.data.orderId)) return;
    await look([event]);
    unseen.delete(event.data.orderId);
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
      await lookIfUnseen(event);
      const found = suspects.get(orderId);
      if (found === undefined) return;
      const duplicate = (await wasLetGo(ports, event)) ? undefined : await standing(ports, bu, found);
      if (duplicate !== undefined) await place(ports, event, duplicate);
      suspects.delete(orderId);
    },
  };
};
