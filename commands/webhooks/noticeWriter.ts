import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import { toDomain } from '../codec.ts';
import type { Checkpoints } from '../ports.ts';
import { type NoticeTakingPorts, takeEvents } from './noticeTaking.ts';

export type NoticeWriterPorts = NoticeTakingPorts & {
  readonly feed: Pick<EventFeed, 'readAfter'>;
  readonly checkpoints: Checkpoints;
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs?: () => number;
};

export const webhooksCheckpoint = 'webhooks';
const pageEventsMax = 1_000;
const ownCategory = webhookDecider.category;
const categories = ['order', 'allocation', 'shipment', 'invoice', ownCategory];
/** A place that passed nothing of interest is noted once in a while: whoever starts again passes it again. */
const noteEveryMs = 30_000;

type Place = Position | 'start';

/** Up to the first event that makes somebody listen to more than was read. */
const readable = (events: readonly RecordedDomainEvent[]): readonly RecordedDomainEvent[] => {
  const first = events.findIndex(({ type }) => type === 'WebhookSubscribed');
  return first < 0 ? events : events.slice(0, first + 1);
};

/**
 * Follows the log and writes down what subscribers are to be told: event by event, each with the order before and after it, so
 * that nothing that came and went between two looks is left out. Killed anywhere it makes the same rows again, which are there
 * already. While nobody subscribes it passes over everything but subscriptions.
 */
export const createNoticeWriter = (ports: NoticeWriterPorts) => {
  const { feed, checkpoints, subscriptions, orders, nowMs = performance.now.bind(performance) } = ports;
  let noted: Place | undefined;
  let through: Place = 'start';
  let notedAtMs = nowMs();

  const startOver = async (): Promise<void> => {
    const place = await checkpoints.read(webhooksCheckpoint);
    orders.clear();
    await subscriptions.load(feed, place);
    noted = place;
    through = place;
  };

  const note = async (isWorthIt: boolean): Promise<void> => {
    if (noted === undefined || through === 'start' || through === noted) return;
    if (!isWorthIt && nowMs() - notedAtMs < noteEveryMs) return;
    notedAtMs = nowMs();
    // Somebody else moved it: this one knows nothing any more.
    noted = (await checkpoints.advance(webhooksCheckpoint, noted, through)) ? through : undefined;
  };

  const followed = async (): Promise<boolean> => {
    const page = await feed.readAfter(through, pageEventsMax, {
      categories: subscriptions.any() ? categories : [ownCategory],
    });
    const events = page.events.map(toDomain);
    const taken = readable(events);
    await takeEvents(ports, taken, through);
    const isWhole = taken.length === events.length && taken.at(-1)?.type !== 'WebhookSubscribed';
    through = isWhole ? page.throughPosition : ((taken.at(-1)?.position as Position | undefined) ?? through);
    await note(taken.length > 0);
    return !isWhole || page.events.length === pageEventsMax;
  };

  return {
    step: async (): Promise<boolean> => {
      if (noted === undefined) await startOver();
      try {
        return await followed();
      } catch (error) {
        // What is in memory may be ahead of what was written: it is made anew from the place that was noted.
        noted = undefined;
        throw error;
      }
    },
  };
};
