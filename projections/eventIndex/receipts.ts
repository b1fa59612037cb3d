import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';

/** What was recorded for a command: where its events are, and which. */
export type CommandReceiptView = {
  readonly receipt: {
    readonly commandId: string;
    readonly stream: string;
    /** Revision, position and time of the last event. */
    readonly revision: number;
    readonly position: string;
    readonly recordedAt: string;
  };
  readonly occurredAt: string;
  readonly bu: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly correlationId: string;
  readonly orderId: string | null;
  /** In the order in which they were first recorded. */
  readonly events: readonly { readonly type: string; readonly count: number }[];
};

export type ReceiptRequest = {
  readonly commandId: string;
  /** Of the first event of the command; an index finds it, and no column has to be added for that. */
  readonly firstEventId: string;
  /** Who asks: commands of one's own are told in any case. */
  readonly actor: string;
  /** Whose commands are told besides: everybody's, those on orders that may be seen, or nobody's. */
  readonly others: 'all' | 'orders' | 'none';
};

/** More than one command can append, and no more than may be read for one question. */
const eventsMax = 5_000;

const ofOthers: Readonly<Record<ReceiptRequest['others'], RawBuilder<unknown>>> = {
  all: sql`true`,
  orders: sql`e.category = 'order'`,
  none: sql`false`,
};

const visible = ({ actor, others }: ReceiptRequest, scope: Scope | undefined): RawBuilder<unknown> => {
  const theirs = allOf([ofOthers[others], anyOf(sql`e.bu`, scope?.bus)]);
  return allOf([
    sql`(e.actor = ${actor} or (${theirs}))`,
    scope?.soldTo === undefined
      ? undefined
      : sql`exists (select from rm.orders o where o.order_id = e.order_id and ${allOf([anyOf(sql`o.bu`, scope.bus), anyOf(sql`o.sold_to`, scope.soldTo)])})`,
  ]);
};

type Row = Omit<CommandReceiptView, 'receipt'> & CommandReceiptView['receipt'];

/**
 * A command is one append to one stream, whose events lie one behind the other; what follows from it for the same caller at
 * once, as the acceptance of an order, lies behind them and names one of them as its cause.
 */
export const receiptOf = defineQuery(
  (request: ReceiptRequest, scope?: Scope): Question<Row, CommandReceiptView | undefined> => {
    const { commandId, firstEventId } = request;
    const statement = sql<Row>`with first as (select e.* from rm.event_index e where e.event_id = ${firstEventId}::uuid
        and e.command_id = ${commandId} and ${visible(request, scope)}),
      run as materialized (select r.* from first f join rm.event_index r on r.stream = f.stream and r.position >= f.position
          and r.position < coalesce((select n.position from rm.event_index n where n.stream = f.stream and n.position > f.position
            and n.command_id <> f.command_id and (n.actor <> f.actor or n.correlation <> f.correlation) order by n.position limit 1), '~')
        order by r.position limit ${sql.lit(eventsMax)}),
      own as (select r.* from run r where r.command_id = ${commandId}
        or r.causation in (select c.event_id::text from run c where c.command_id = ${commandId})),
      last as (select revision, position, updated_at from own order by position desc limit 1)
    select f.command_id as "commandId", f.stream, l.revision, l.position, l.updated_at as "recordedAt", f.occurred_at as "occurredAt", f.bu,
      json_build_object('kind', f.actor_kind, 'id', f.actor) as actor, f.correlation as "correlationId", f.order_id as "orderId",
      (select json_agg(json_build_object('type', t.type, 'count', t.count) order by t.first) from (
        select o.type, count(*) as count, min(o.position) as first from own o group by o.type) t) as events
    from first f cross join last l`;
    return {
      statement,
      form: 'single',
      answer: ([row]) => {
        if (row === undefined) return undefined;
        const { stream, revision, position, recordedAt, ...rest } = row;
        const { commandId: id, ...told } = rest;
        return { receipt: { commandId: id, stream, revision, position, recordedAt }, ...told };
      },
    };
  },
);
