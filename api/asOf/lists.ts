import type { InvoiceFilter } from '../../projections/invoices/queries.ts';
import { foldedInvoices, type InvoiceSource } from '../../projections/invoices/source.ts';
import type { OrderFilter } from '../../projections/orders/queries.ts';
import { foldedOrders, type OrderSource } from '../../projections/orders/source.ts';
import { boundedLimit, encodeCursor } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import type { Call } from '../route.ts';
import { foldUntilEnough, invoicesAt, ordersAt } from './documents.ts';

const behind = <Filter extends { readonly cursor?: string | null }>(
  filter: Filter,
  before: { readonly createdPosition: string } | undefined,
): Filter => (before === undefined ? filter : { ...filter, cursor: encodeCursor([before.createdPosition]) });

/** The orders that a page at `position` may show. */
export const orderListAt = async (
  filter: OrderFilter,
  call: Call,
  deps: ApiDeps,
  position: string,
): Promise<OrderSource> => {
  const isMeant = ({ status }: { readonly status: string }) => filter.status === undefined || status === filter.status;
  const folded = await foldUntilEnough(
    boundedLimit(filter.limit),
    (before) => deps.reads.ordersKnownAt(behind(filter, before), position, call.scope),
    (keys) =>
      ordersAt(
        deps,
        keys.map(({ id }) => id),
        position,
      ),
    (rows) => rows.orders.filter(isMeant).length,
  );
  return foldedOrders({
    orders: folded.flatMap(({ orders }) => orders),
    lines: folded.flatMap(({ lines }) => lines),
    holds: folded.flatMap(({ holds }) => holds),
    releases: folded.flatMap(({ releases }) => releases),
    changes: [],
  });
};

/** The invoices that a page at `position` may show. */
export const invoiceListAt = async (
  filter: InvoiceFilter,
  call: Call,
  deps: ApiDeps,
  position: string,
): Promise<InvoiceSource> => {
  const { state, number, validAsOf } = filter;
  const folded = await foldUntilEnough(
    boundedLimit(filter.limit),
    (before) => deps.reads.invoicesKnownAt(behind(filter, before), position, call.scope),
    async (keys) => {
      const asked = new Set(keys.map(({ id }) => id));
      const rows = await invoicesAt(deps, [...new Set(keys.map(({ orderId }) => orderId))], position);
      // An order may have more invoices than this stretch of the list; each is counted where it stands.
      return {
        invoices: rows.invoices.filter((row) => asked.has(row.invoice_id)),
        lines: rows.lines.filter((row) => asked.has(row.invoice_id)),
      };
    },
    (rows) =>
      rows.invoices.filter(
        (row) =>
          (state === undefined || row.state === state) &&
          (number === undefined || row.number === number) &&
          (validAsOf === undefined || (row.issue_date !== null && row.issue_date <= validAsOf)),
      ).length,
  );
  return foldedInvoices({
    invoices: folded.flatMap(({ invoices }) => invoices),
    lines: folded.flatMap(({ lines }) => lines),
  });
};
