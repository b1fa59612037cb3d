import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  newestFirst,
  type Page,
  type PageRequest,
  type ReadHandle,
  type Scope,
  toPage,
} from '../readModel.ts';
import type { WebhookRow } from './projection.ts';

export type WebhookView = {
  readonly subscriptionId: string;
  readonly bu: string;
  readonly url: string;
  readonly events: readonly string[] | null;
  readonly customers: readonly string[] | null;
  readonly state: WebhookRow['state'];
  readonly stateReason: string | null;
  /** Paused by the service. */
  readonly automatic: boolean;
  readonly secretId: string;
  readonly previousSecretUntil: string | null;
  readonly subscribedBy: string;
  readonly subscribedAt: string;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

const webhook = sql`w.subscription_id as "subscriptionId", w.bu, w.url, w.events, w.customers, w.state, w.state_reason as "stateReason",
  w.automatic, w.secret_id as "secretId", w.previous_secret_until as "previousSecretUntil", w.subscribed_by as "subscribedBy",
  w.subscribed_at as "subscribedAt", w.revision, w.position, w.updated_at as "updatedAt"`;

/** Who is limited to customers sees what is about no other. */
const within = (scope: Scope | undefined): readonly (RawBuilder<unknown> | undefined)[] => [
  anyOf(sql`w.bu`, scope?.bus),
  scope?.soldTo === undefined
    ? undefined
    : sql`w.customers is not null and w.customers <@ ${JSON.stringify(scope.soldTo)}::jsonb`,
];

export type WebhookFilter = PageRequest & { readonly bu?: string | undefined; readonly state?: string | undefined };

/** Newest first. Throws `CursorInvalid`. */
export const listWebhooks = defineQuery(
  (filter: WebhookFilter, scope?: Scope): Question<WebhookView & { readonly created: string }, Page<WebhookView>> => {
    const { before, tail, page } = newestFirst(filter, sql`w.created_position`);
    return {
      statement: sql`select ${webhook}, w.created_position as created from rm.webhook w where ${allOf([
        equals(sql`w.bu`, filter.bu),
        equals(sql`w.state`, filter.state),
        before,
        ...within(scope),
      ])} ${tail}`,
      answer: (rows) =>
        page(
          rows,
          ({ created }) => created,
          ({ created: _, ...view }) => view,
        ),
    };
  },
);

export const webhookById = defineQuery(
  (subscriptionId: string, scope?: Scope): Question<WebhookView, WebhookView | undefined> => ({
    statement: sql`select ${webhook} from rm.webhook w
      where ${allOf([sql`w.subscription_id = ${subscriptionId}`, ...within(scope)])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);

/** How many of a business unit are not deleted. */
export const countWebhooks = defineQuery(
  (bu: string): Question<{ readonly n: number }, number> => ({
    statement: sql`select count(*)::int as n from rm.webhook w where w.bu = ${bu} and w.state <> 'DELETED'`,
    form: 'single',
    answer: ([row]) => row?.n ?? 0,
  }),
);

export type DeliveryView = {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly type: string;
  readonly state: 'PENDING' | 'DELIVERED' | 'STUCK';
  /** Since it was made, or was asked for again. */
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastAttemptAt: string | null;
  /** Null: it is not tried again by itself. What waits behind another notice of its order is tried after that. */
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly position: string;
};

/** What is still to be told, whether its subscription is paused or not, and for how long the oldest of it has waited. */
export const waitingDeliveries = async (
  db: ReadHandle,
): Promise<{ readonly waiting: number; readonly ageSeconds: number }> => {
  const { rows } = await sql<{ waiting: number; ageSeconds: number }>`select count(*)::int as waiting,
    coalesce(greatest(0, extract(epoch from now() - min(d.created_at))), 0)::float8 as "ageSeconds"
    from ops.webhook_delivery d where d.state = 'PENDING'`.execute(db);
  return rows[0] ?? { waiting: 0, ageSeconds: 0 };
};

export type DeliveryFilter = PageRequest & {
  readonly subscriptionId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly state?: string | undefined;
};

const delivery = sql`d.delivery_id as "deliveryId", d.subscription_id as "subscriptionId", d.bu, d.order_id as "orderId", d.type, d.state,
  d.attempts, d.last_status as "lastStatus", d.last_error as "lastError", d.last_attempt_at as "lastAttemptAt",
  case when d.state = 'PENDING' and isfinite(d.due_at) then d.due_at end as "nextAttemptAt", d.created_at as "createdAt",
  d.delivered_at as "deliveredAt", d.position`;

/** Newest first. Throws `CursorInvalid`. */
export const listDeliveries = defineQuery(
  (filter: DeliveryFilter, scope?: Scope): Question<DeliveryView & { readonly place: number }, Page<DeliveryView>> => {
    const limit = boundedLimit(filter.limit);
    const [position = '', place = '0', id = ''] = filter.cursor == null ? [] : decodeCursor(filter.cursor, 3);
    const known = scope === undefined ? sql`` : sql`join rm.webhook w on w.subscription_id = d.subscription_id`;
    return {
      statement: sql`select ${delivery}, d.place from ops.webhook_delivery d ${known} where ${allOf([
        equals(sql`d.subscription_id`, filter.subscriptionId),
        equals(sql`d.order_id`, filter.orderId),
        equals(sql`d.state`, filter.state),
        filter.cursor == null
          ? undefined
          : sql`(d.position, d.place, d.delivery_id) < (${position}, ${placeOf(place)}::smallint, ${id})`,
        ...within(scope),
      ])} order by d.position desc, d.place desc, d.delivery_id desc limit ${limit + 1}`,
      answer: (rows) =>
        toPage(
          rows,
          limit,
          (row) => [row.position, String(row.place), row.deliveryId],
          ({ place: _, ...view }) => view,
        ),
    };
  },
);

const placeMax = 32_767;

/** A cursor that somebody wrote may hold anything. */
const placeOf = (text: string): number => (/^\d{1,5}$/.test(text) ? Math.min(placeMax, Number(text)) : 0);
