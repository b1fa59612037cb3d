import type { FeedMessage } from '../partnerPorts.ts';

/** Lanes of messages that do not say whose they are, by the id that they came under. */
export const createOrphans = () => {
  const lanes = new Map<string, string>();
  return {
    note: (lane: string, message: FeedMessage): void => {
      if (message.kind === 'NOT_UNDERSTOOD' && message.shipmentId === null && message.theirId !== null)
        lanes.set(message.theirId, lane);
    },
    /** The lane of what is now told again in words that say whose it is: it is no orphan any more. */
    adopt: (message: FeedMessage): string | undefined => {
      const lane = message.kind === 'NOT_UNDERSTOOD' ? undefined : lanes.get(message.messageId);
      if (lane !== undefined) lanes.delete(message.messageId);
      return lane;
    },
    leave: (lane: string, message: FeedMessage): void => {
      if (message.kind === 'NOT_UNDERSTOOD' && message.theirId !== null && lanes.get(message.theirId) === lane)
        lanes.delete(message.theirId);
    },
    clear: (): void => lanes.clear(),
  };
};
