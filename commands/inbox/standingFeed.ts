import { PartnerUnavailable } from '../partnerPorts.ts';
import type { StuckItem } from '../ports.ts';
import type { createStuckReporter } from '../workers/stuckReporter.ts';
import { troubleOf } from '../workers/trouble.ts';

/** From then on it is more than a moment, and operators see it as stuck. */
export const attemptsBeforeStuck = 5;

/** The lane that a feed is shown under which nobody understands; no shipment, customer or account has this name. */
const feedLane = 'feed';

/** The feed itself, when what comes after `after` is no page of messages: nothing behind it is taken before it is. */
const standingFeed = (system: string, after: string, attempts: number, error: unknown): StuckItem => {
  const { class: errorClass, detail } = troubleOf(error);
  return {
    ...{ laneKey: feedLane, item: feedLane, what: 'FEED', position: null, payloadRef: { system, after: after || '0' } },
    ...{ kind: attempts < attemptsBeforeStuck ? 'RETRYING' : 'STUCK', errorClass, detail, attempts, blockedCount: 0 },
  };
};

/** A feed that answers what nobody understands looks healthy from outside, and everything behind it waits: it is said of it. */
export const createStandingFeed = (
  system: string,
  reporter: Pick<ReturnType<typeof createStuckReporter>, 'set' | 'say'>,
) => {
  /** How often in a row. */
  let attempts = 0;
  const understood = (): void => {
    attempts = 0;
    reporter.set(feedLane, []);
  };
  const notUnderstood = async (after: string, error: unknown): Promise<void> => {
    attempts += 1;
    reporter.set(feedLane, [standingFeed(system, after, attempts, error)]);
    await reporter.say(false);
  };
  return {
    understood,
    notUnderstood,
    /** What is read from `after` on. An answer that makes no sense is said of the feed; throws what `read` throws. */
    reading: async <Page>(after: string, read: () => Promise<Page>): Promise<Page> => {
      try {
        const page = await read();
        understood();
        return page;
      } catch (error) {
        if (error instanceof PartnerUnavailable && error.class === 'BAD_RESPONSE') await notUnderstood(after, error);
        throw error;
      }
    },
  };
};
