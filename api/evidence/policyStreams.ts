import type { EventFeed, Position, StreamName } from '../../domain/eventLog.ts';
import { isPolicyType, policyCategories } from '../../domain/ledger/policy.ts';
import { orDamage } from './damage.ts';

const pageEvents = 500;

/** Policy events of a stream that follow on each other, by revision. */
export type PolicyRun = { readonly stream: StreamName; readonly from: number; readonly to: number };

/**
 * Where a business unit's rules, accounts and periods lie. A period's stream holds its accruals too, thousands of them at
 * times, which no proof should read.
 */
export type PolicyStreams = (bu: string) => Promise<readonly PolicyRun[]>;

const withNext = (runs: readonly PolicyRun[], stream: StreamName, revision: number): readonly PolicyRun[] => {
  const last = runs.at(-1);
  return last?.to === revision - 1
    ? [...runs.slice(0, -1), { ...last, to: revision }]
    : [...runs, { stream, from: revision, to: revision }];
};

/** Remembers where policies lie, never what they say: a proof is made from what the log holds now. */
export const makePolicyStreams = (feed: Pick<EventFeed, 'readAfter'>): PolicyStreams => {
  const found = new Map<string, Map<StreamName, readonly PolicyRun[]>>();
  let through: Position | 'start' = 'start';
  let reading: Promise<void> = Promise.resolve();

  const readOn = async (): Promise<void> => {
    for (;;) {
      const page = await feed.readAfter(through, pageEvents, { categories: policyCategories });
      for (const { type, stream, revision, metadata } of page.events) {
        if (!isPolicyType(type)) continue;
        const { bu } = metadata.partition;
        const ofUnit = found.get(bu) ?? new Map<StreamName, readonly PolicyRun[]>();
        found.set(bu, ofUnit.set(stream, withNext(ofUnit.get(stream) ?? [], stream, revision)));
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
    return [...(found.get(bu)?.values() ?? [])].flat();
  };
};
