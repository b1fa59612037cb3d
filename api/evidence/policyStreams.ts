import type { EventFeed, Position, StreamName } from '../../domain/eventLog.ts';
import { isPolicyType, policyCategories } from '../../domain/ledger/policy.ts';
import { orDamage } from './damage.ts';

const pageEvents = 500;

/** The streams that hold a business unit's rules, accounts and periods. */
export type PolicyStreams = (bu: string) => Promise<readonly StreamName[]>;

/** Remembers where policies lie, never what they say: a proof is made from what the log holds now. */
export const makePolicyStreams = (feed: Pick<EventFeed, 'readAfter'>): PolicyStreams => {
  const found = new Map<string, Set<StreamName>>();
  let through: Position | 'start' = 'start';
  let reading: Promise<void> = Promise.resolve();

  const readOn = async (): Promise<void> => {
    for (;;) {
      const page = await feed.readAfter(through, pageEvents, { categories: policyCategories });
      for (const { type, stream, metadata } of page.events) {
        if (!isPolicyType(type)) continue;
        const { bu } = metadata.partition;
        found.set(bu, (found.get(bu) ?? new Set()).add(stream));
      }
      through = page.throughPosition;
      if (page.events.length < pageEvents) return;
    }
  };

  return async (bu) => {
    // One reads on at a time; who comes later profits from it.
    reading = reading.catch(() => {}).then(readOn);
    await reading.catch((error: unknown) => {
      throw orDamage(error);
    });
    return [...(found.get(bu) ?? [])];
  };
};
