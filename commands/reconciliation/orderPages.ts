import { type OpenStatus, openStatuses } from '../../domain/order/progress.ts';
import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import type { OrderReads } from './ordersCompared.ts';

/** `place`: where a list goes on behind an order. */
type Placed = OrderHere & { readonly place: string };

export type OrderPagesPorts = {
  /** Of a status, oldest first: those behind a place. */
  readonly openAfter: (bu: string, status: OpenStatus, after: string, limit: number) => Promise<readonly Placed[]>;
  /** Closed at `since` (RFC 3339) or later, in this order. */
  readonly closedAfter: (bu: string, since: string, after: string, limit: number) => Promise<readonly Placed[]>;
  readonly ordersOf: (orderIds: readonly string[]) => Promise<readonly Placed[]>;
  readonly closedSince: () => string;
};

const pageMax = 100;

async function* pagesBy(read: (after: string) => Promise<readonly Placed[]>) {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly Placed[] = await read(after);
    if (page.length > 0) yield page;
    after = page.length < pageMax ? undefined : page.at(-1)?.place;
  }
}

/**
 * What is to be compared of a business unit: all that something can still become of, what was closed lately, and what
 * differed, however long ago it was closed. An order that moves from one list to another meanwhile may come twice.
 */
export const createOrderPages = (ports: OrderPagesPorts): OrderReads['ordersIn'] =>
  async function* ordersIn(bu, standing) {
    const unseen = new Set(standing);
    const since = ports.closedSince();
    const lists = [
      ...openStatuses.map((status) => (after: string) => ports.openAfter(bu, status, after, pageMax)),
      (after: string) => ports.closedAfter(bu, since, after, pageMax),
    ];
    for (const list of lists) {
      for await (const page of pagesBy(list)) {
        for (const { orderId } of page) unseen.delete(orderId);
        yield page;
      }
    }
    const rest = [...unseen];
    for (let from = 0; from < rest.length; from += pageMax)
      yield await ports.ordersOf(rest.slice(from, from + pageMax));
  };
