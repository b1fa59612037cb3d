import pg from 'pg';
import type { RecordedDomainEvent } from '../../../domain/events.ts';
import {
  buOf,
  defineProjection,
  type Handlers,
  orderIdOf,
  type Reflects,
  reflecting,
  type Sets,
} from '../../../projections/projection.ts';

type StatusRow = Reflects & { readonly order_id: string; readonly status: string };
type StatusRows = { readonly orders: StatusRow };

export const orderTypes = [
  'OrderSubmitted',
  'OrderPriced',
  'OrderAccepted',
  'ErpOrderRegistered',
  'OrderLineProgressed',
  'OrderClosed',
] as const;

const ofOrder = (event: RecordedDomainEvent): readonly string[] => [orderIdOf(event) ?? ''];

const noted = (event: RecordedDomainEvent, { orders }: Sets<StatusRows>): void =>
  orders.put({ order_id: orderIdOf(event) ?? '', status: event.type, bu: buOf(event), ...reflecting(event) });

/** The same projection as the peer's: the name of an order's last event. */
export const orderStatus = defineProjection<StatusRows>({
  name: 'order_status',
  version: 1,
  tables: {
    orders: {
      name: 'order_status',
      columns: ['order_id', 'status', 'bu', 'position', 'updated_at'],
      key: ['order_id'],
      group: 'order_id',
    },
  },
  needs: { orders: ofOrder },
  laneOf: (event) => `order:${orderIdOf(event)}`,
  on: Object.fromEntries(orderTypes.map((type) => [type, noted])) as Handlers<StatusRows>,
});

const tables = `create schema rm_order_status_v1;
  create table rm_order_status_v1.order_status (order_id text primary key, status text not null, bu text not null,
    position text collate "C" not null, updated_at timestamptz not null)`;

export const createOrderStatus = async (connectionString: string): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(tables);
  await client.end();
};

/** Orders whose status is another one in our table than in the peer's, or is in one of them only. */
export const differingOrders = async (connectionString: string, run: string): Promise<number> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from rm_order_status_v1.order_status o
       full join (select * from emmett_order_status where run = $1) e on e.order_id = o.order_id
     where o.status is distinct from e.status`,
    [run],
  );
  await client.end();
  return rows[0]?.n ?? 0;
};
