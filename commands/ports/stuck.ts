import type { Position } from '../../domain/eventLog.ts';

/** Why something did not work. RETRYING: it ends by itself, e.g. when a partner is back. STUCK: it takes a person or a fix. */
export type Trouble = { readonly kind: 'STUCK' | 'RETRYING'; readonly class: string; readonly detail: string };

/** One thing that a worker cannot get past, though it goes on trying. */
export type StuckItem = {
  readonly laneKey: string;
  /** The event's or message's id, unique in its lane. */
  readonly item: string;
  readonly kind: Trouble['kind'];
  /** The type of the event or message. */
  readonly what: string;
  /** Of an event in the log. */
  readonly position: string | null;
  /** Where the payload is. */
  readonly payloadRef: Readonly<Record<string, string | number>>;
  /** JSON of a message that is nowhere else. */
  readonly payload?: string;
  readonly errorClass: string;
  readonly detail: string;
  readonly attempts: number;
  /** What waits behind it in the lane. */
  readonly blockedCount: number;
};

/** Shows operators what is stuck. Efficiency and safety do not depend on it. */
export type StuckBoard = {
  /** From now on the board says of these lanes of the consumer exactly what `items` say; `all`: and of its other lanes, unless messages of them are kept, nothing. */
  readonly post: (consumer: string, lanes: readonly string[] | 'all', items: readonly StuckItem[]) => Promise<void>;
};

/** A partner's message that cannot be taken yet. */
export type ParkedMessage = {
  readonly laneKey: string;
  /** Its id, unique in its lane. */
  readonly item: string;
  /** JSON of it. */
  readonly message: string;
  readonly attempts: number;
  /** It is told in better words than what is kept in this place, and takes it over. */
  readonly isRetold?: boolean;
  /** The id that a message came under which is not understood. */
  readonly theirId?: string | null;
};

/** How many messages a lane keeps, and the first of them. */
export type KeptLane = {
  readonly laneKey: string;
  readonly count: number;
  readonly first: readonly ParkedMessage[];
};

/** A kept message that somebody discarded; the hash says which content was meant. */
export type MessageDiscard = Pick<ParkedMessage, 'laneKey' | 'item'> & {
  readonly consumer: string;
  readonly contentSha256: string;
};

/** What inboxes are to let go of. All throw `LogUnavailable`. */
export type MessageDiscards = {
  /** Ordered already: nothing more happens. */
  readonly order: (messages: readonly MessageDiscard[]) => Promise<void>;
  /** The order is forgotten, and with it, if that is what was meant, what is kept in its place. */
  readonly carriedOut: (message: MessageDiscard, isMeant: boolean) => Promise<void>;
};

/** Keeps what cannot be taken and what waits behind it, so that its feed may go on and forget it. All throw `LogUnavailable`. */
export type ParkedMessages = {
  /** In their order: of these lanes, or of all. */
  readonly read: (consumer: string, laneKeys?: readonly string[]) => Promise<readonly ParkedMessage[]>;
  /** Lanes that keep something: of these, or the next ones by name; the first messages of each, at most so many. */
  readonly lanes: (
    consumer: string,
    which: readonly string[] | { readonly after: string; readonly lanesMax: number },
    messagesMax: number,
  ) => Promise<readonly KeptLane[]>;
  /** Which of these lanes keep something, and where messages are kept that are not understood and came under these ids. */
  readonly known: (
    consumer: string,
    laneKeys: readonly string[],
    theirIds: readonly string[],
  ) => Promise<{
    readonly lanes: readonly string[];
    readonly retold: readonly (Pick<ParkedMessage, 'laneKey' | 'item'> & { readonly theirId: string })[];
  }>;
  /** These, in their order, and the consumer's checkpoint, together. What is kept already stays where it is, and as it is unless it is retold. False: the checkpoint was not at `from`, and nothing is kept. */
  readonly park: (
    consumer: string,
    messages: readonly ParkedMessage[],
    from: Position | 'start',
    to: Position | 'start',
  ) => Promise<boolean>;
  readonly done: (consumer: string, gone: readonly Pick<ParkedMessage, 'laneKey' | 'item'>[]) => Promise<void>;
};
