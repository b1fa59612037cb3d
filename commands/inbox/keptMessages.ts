import { sha256Hex } from '../canonicalJson.ts';
import type { FeedMessage } from '../partnerPorts.ts';
import type { ParkedMessage } from '../ports.ts';

// Messages as they are kept. Our own inbox wrote them down.
export const toldBy = ({ message }: ParkedMessage): FeedMessage => JSON.parse(message) as FeedMessage;

/** SHA-256 of the text of a message, as its dead letter shows it: of one that is not understood, of what the partner said. */
export const contentSha256Of = (kept: ParkedMessage): string => {
  const told = toldBy(kept);
  return sha256Hex(told.kind === 'NOT_UNDERSTOOD' ? told.content : kept.message);
};

/** The one that is shown under this id: it may be kept under the name that it had before somebody understood it. */
export const keptUnder = (kept: readonly ParkedMessage[], id: string): ParkedMessage | undefined =>
  kept.find(({ item }) => item === id) ??
  kept.find((one) => {
    const told = toldBy(one);
    return told.messageId === id || (told.kind === 'NOT_UNDERSTOOD' && told.theirId === id);
  });
