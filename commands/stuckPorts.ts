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
  /** From now on the board says of these lanes of the consumer exactly what `items` say; `all`: and of its other lanes nothing. */
  readonly post: (consumer: string, lanes: readonly string[] | 'all', items: readonly StuckItem[]) => Promise<void>;
};
