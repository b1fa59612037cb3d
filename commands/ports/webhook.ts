/** One notice for one subscription. Rows of one order and subscription go out one at a time, by position and place. */
export type NewDelivery = {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly type: string;
  /** Of the event that it tells of. */
  readonly position: string;
  /** Among the notices of that event. */
  readonly place: number;
  /** The very text that is signed and sent. */
  readonly body: string;
};

export type DueDelivery = {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  /** How often it was tried since it was made, or was asked for again. */
  readonly attempts: number;
  readonly body: string;
};

/** What became of one try. `status`: what the endpoint answered; null: it did not. */
export type Tried = {
  readonly deliveryId: string;
  /** How often it had been tried before. */
  readonly attempts: number;
  readonly at: string;
  readonly status: number | null;
  /** A word for why it was not taken; null: it was. */
  readonly error: string | null;
  /** When it is tried again; null of one that was not taken: it is stuck, and what is behind it waits. */
  readonly dueAt: string | null;
};

/** One of a lane that was not taken yet. */
export type LaneNotice = Pick<NewDelivery, 'deliveryId' | 'bu' | 'type' | 'position' | 'body'> & {
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
};

/** What is to be told and was, outside of the log. Instants are RFC 3339 UTC. All throw `LogUnavailable`. */
export type WebhookDeliveries = {
  /** Those that are there already stay as they are. */
  readonly add: (rows: readonly NewDelivery[], at: string) => Promise<void>;
  /** Of each subscription the next `room` that may be tried at `at`: the first of their order and none of `underWay`. */
  readonly due: (
    rooms: readonly { readonly subscriptionId: string; readonly room: number }[],
    underWay: readonly string[],
    at: string,
  ) => Promise<readonly DueDelivery[]>;
  /** One statement. That one was not taken says nothing where somebody asked for it again, or it was taken, meanwhile. */
  readonly settle: (tried: readonly Tried[]) => Promise<void>;
  /** What waits for its next try at these subscriptions need not wait longer than `at`. */
  readonly hasten: (subscriptionIds: readonly string[], at: string) => Promise<void>;
  /** It is tried again from the beginning, whatever became of it. */
  readonly again: (deliveryId: string, at: string) => Promise<void>;
  /** What of an order a subscription was not told yet: how much that is, and the first of it. */
  readonly lane: (
    subscriptionId: string,
    orderId: string,
    limit: number,
  ) => Promise<{ readonly waiting: number; readonly first: readonly LaneNotice[] }>;
  /** Undefined: there is no such notice. */
  readonly subscriptionOf: (deliveryId: string) => Promise<string | undefined>;
  /** What a subscription that was deleted will not be told any more. */
  readonly drop: (subscriptionId: string) => Promise<void>;
  /** Forgets up to `limit` of those made before `before`; says how many. */
  readonly forget: (before: string, limit: number) => Promise<number>;
};

/**
 * `status`: what the endpoint answered; null: it did not in time, or there is nobody that may be called. `error`: a word for why,
 * null when it took the notice. `retryAfterMs`: it asks to be left alone for so long.
 */
export type WebhookAnswer = {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfterMs?: number;
};

/** One request. Never throws but when `signal` aborts. */
export type WebhookTransport = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<WebhookAnswer>;

/** Why a URL may not be called from here, in a sentence; undefined: it may, as far as its name tells now. */
export type WebhookObjection = (url: string) => Promise<string | undefined>;
