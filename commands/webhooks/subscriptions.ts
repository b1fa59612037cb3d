import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { WebhookEvent } from '../../domain/webhook/events.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import type { ToldOrder } from '../../domain/webhook/toldOrder.ts';
import { type Subscription, type WebhookState, webhookDecider } from '../../domain/webhook/webhook.ts';
import { toDomain } from '../codec.ts';

const pageEventsMax = 1_000;

export const isOfWebhook = (event: RecordedDomainEvent): event is RecordedDomainEvent & WebhookEvent =>
  event.stream.startsWith(`${webhookDecider.category}-`);

/** The subscriptions that are not deleted, as they are at a place in the log. */
export const createSubscriptions = () => {
  let states = new Map<string, WebhookState>();

  const applyTo = (to: Map<string, WebhookState>, event: WebhookEvent): void => {
    const { subscriptionId } = event.data;
    const state = webhookDecider.evolve(to.get(subscriptionId) ?? webhookDecider.initial, event);
    if (state.isDeleted) to.delete(subscriptionId);
    else to.set(subscriptionId, state);
  };

  const ofAll = (): readonly Subscription[] => [...states.values()].flatMap(({ subscription }) => subscription ?? []);

  return {
    apply: (event: WebhookEvent): void => applyTo(states, event),
    any: (): boolean => states.size > 0,
    of: (subscriptionId: string): WebhookState | undefined => states.get(subscriptionId),
    /** Those that notices go to now. */
    sending: (): readonly string[] => [...states].flatMap(([id, { isPaused }]) => (isPaused ? [] : [id])),
    isListening: (bu: string): boolean => ofAll().some((one) => one.bu === bu),
    /** Also those that are paused: what they are to be told waits. */
    listeningTo: ({ bu, soldTo }: Pick<ToldOrder, 'bu' | 'soldTo'>, type: NoticeType): readonly Subscription[] =>
      ofAll().filter(
        (one) =>
          one.bu === bu &&
          (one.events === null || one.events.includes(type)) &&
          (one.customers === null || one.customers.includes(soldTo)),
      ),
    /** Starts over: as they were after `through`. Whoever sends meanwhile sees them as they were known, not half of them. */
    load: async (feed: Pick<EventFeed, 'readAfter'>, through: Position | 'start'): Promise<void> => {
      const loaded = new Map<string, WebhookState>();
      let at: Position | 'start' = 'start';
      while (through !== 'start' && (at === 'start' || at < through)) {
        const page: Awaited<ReturnType<EventFeed['readAfter']>> = await feed.readAfter(at, pageEventsMax, {
          categories: [webhookDecider.category],
        });
        for (const event of page.events.map(toDomain))
          if (event.position <= through && isOfWebhook(event)) applyTo(loaded, event);
        if (page.throughPosition === at) break;
        at = page.throughPosition;
      }
      states = loaded;
    },
  };
};

export type Subscriptions = ReturnType<typeof createSubscriptions>;
