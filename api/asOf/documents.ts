import { toDomain } from '../../commands/codec.ts';
import { inParallel } from '../../commands/inParallel.ts';
import type { EventStore, StreamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { EventPlace } from '../../projections/eventIndex/queries.ts';
import { invoices } from '../../projections/invoices/projection.ts';
import type { InvoiceRows } from '../../projections/invoices/rows.ts';
import { foldedInvoices, type InvoiceSource } from '../../projections/invoices/source.ts';
import { lineageGraph } from '../../projections/lineage/projection.ts';
import type { LineageRequest } from '../../projections/lineage/queries.ts';
import { type LineageSource, lineageAt } from '../../projections/lineage/source.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { OrderRows } from '../../projections/orders/rows.ts';
import type { Folded } from '../../projections/projection.ts';
import type { ApiDeps } from '../deps.ts';
import { readTold } from '../evidence/damage.ts';
import { HttpProblem } from '../problem.ts';
import { foldReport } from './folding.ts';

// How documents were at a position: their own events up to there, folded by the very handlers of the projection over rows
// in memory, and then shaped by the very statement that shapes the rows of the read model.

const ordersMax = 500;
const streamsAtOnce = 8;

const tooLarge = (what: string): HttpProblem =>
  new HttpProblem('REPORT_TOO_LARGE', `${what} Ask for less at a time, or without knownAsOf.`);

/** The events that lie there, in log order. */
export const readPlaces = async (
  store: Pick<EventStore, 'read'>,
  places: readonly EventPlace[],
): Promise<readonly RecordedDomainEvent[]> => {
  const found: RecordedDomainEvent[] = [];
  const streams = [...Map.groupBy(places, ({ stream }) => stream)];
  await inParallel(streams, streamsAtOnce, async ([stream, own]) => {
    const revisions = new Set(own.map(({ revision }) => revision));
    const last = Math.max(...revisions);
    for await (const event of readTold(store, stream as StreamName, Math.min(...revisions))) {
      if (revisions.has(event.revision)) found.push(toDomain(event));
      if (event.revision >= last) break;
    }
  });
  return found.sort((a, b) => (a.position < b.position ? -1 : 1));
};

const eventsOf = async (
  deps: ApiDeps,
  made: { readonly orderIds: readonly string[]; readonly eventIds?: readonly string[] },
  types: ReadonlySet<string>,
  position: string,
): Promise<readonly RecordedDomainEvent[]> => {
  const { orderIds, eventIds = [] } = made;
  if (orderIds.length > ordersMax || eventIds.length > ordersMax)
    throw tooLarge(`More than ${ordersMax} orders would have to be folded.`);
  const places = await deps.reads.eventPlaces({ orderIds, eventIds, types: [...types], position });
  return readPlaces(deps.log.store, places);
};

export const ordersAt = async (
  deps: ApiDeps,
  orderIds: readonly string[],
  position: string,
): Promise<Folded<OrderRows>> => foldReport(orders, await eventsOf(deps, { orderIds }, orders.handles, position));

export const invoicesAt = async (
  deps: ApiDeps,
  orderIds: readonly string[],
  position: string,
): Promise<Folded<InvoiceRows>> => foldReport(invoices, await eventsOf(deps, { orderIds }, invoices.handles, position));

export const invoiceSourceAt = async (deps: ApiDeps, invoiceId: string, position: string): Promise<InvoiceSource> => {
  const orderId = await deps.reads.orderOfInvoice(invoiceId);
  return foldedInvoices(await invoicesAt(deps, orderId === undefined ? [] : [orderId], position));
};

export const lineageSourceAt = async (
  deps: ApiDeps,
  request: LineageRequest,
  position: string,
): Promise<LineageSource> => {
  const types = new Set([...orders.handles, ...lineageGraph.handles]);
  const events = await eventsOf(deps, await deps.reads.makersOf(request), types, position);
  return lineageAt(position, foldReport(lineageGraph, events), foldReport(orders, events));
};

type Key = { readonly id: string; readonly createdPosition: string };

const keysMax = 2_000;

/**
 * Folds documents from newest to oldest until `enough` of them are `meant`: which ones are is known only once they are
 * folded. `next` gives those before a place in the list, `limit + 1` at most.
 */
export const foldUntilEnough = async <K extends Key, Rows>(
  limit: number,
  next: (before: Key | undefined) => Promise<readonly K[]>,
  fold: (keys: readonly K[]) => Promise<Rows>,
  meant: (rows: Rows) => number,
): Promise<readonly Rows[]> => {
  const folded: Rows[] = [];
  let before: K | undefined;
  let [seen, found] = [0, 0];
  for (;;) {
    const keys = await next(before);
    before = keys.at(-1);
    if (before === undefined) return folded;
    const rows = await fold(keys);
    folded.push(rows);
    seen += keys.length;
    found += meant(rows);
    if (found > limit || keys.length <= limit) return folded;
    if (seen >= keysMax) throw tooLarge(`Among the newest ${keysMax} there are too few of these.`);
  }
};
