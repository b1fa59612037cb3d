import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { StockTransferred } from '../stock/transferEvents.ts';
import type { TransferClosed } from '../transfer/events.ts';
import type { Facts } from './accounts.ts';
import { noLineage } from './journal.ts';
import { type Entry, entry, type Posting, type Side } from './template.ts';

type Goods = { readonly item: string; readonly itemGroup?: string };

const factsOf = (node: string, { item, itemGroup }: Goods): Facts => ({
  ...{ node, item },
  ...(itemGroup === undefined ? {} : { itemGroup }),
});

/** Goods between two nodes belong to the one that they go to; for SHRINKAGE the reason is that of the transfer. */
const betweenNodes = (to: string, goods: Goods, isWrittenOff: boolean, side: Side, cost: string): Entry => {
  const facts = factsOf(to, goods);
  return isWrittenOff
    ? entry('SHRINKAGE', side, minor(cost), { ...facts, reason: 'TRANSFER' }, noLineage)
    : entry('INVENTORY_IN_TRANSIT', side, minor(cost), facts, noLineage);
};

type Of = { readonly transferId: string; readonly currency: string };

const posting = ({ transferId, currency }: Of, day: Day, entries: readonly Entry[]): Posting => ({
  templateId: 'T17',
  documentRef: transferId,
  declaredSource: `transfer:${transferId}`,
  ...{ orderId: null, shipmentId: null, invoiceId: null },
  ...{ day, currency, reversalOf: null, entries },
});

/** T17, either half: goods left a node, or came to one. What makes good a difference that was written off takes that back. */
export const stockTransferred = (data: StockTransferred['data'], day: Day): Posting => {
  const { node, to, cost, qty, writtenOff = false } = data;
  const isOut = qty.startsWith('-');
  return posting(data, day, [
    entry('INVENTORY', isOut ? 'CREDIT' : 'DEBIT', minor(cost), factsOf(node, data), noLineage),
    betweenNodes(to, data, writtenOff, isOut ? 'DEBIT' : 'CREDIT', cost),
  ]);
};

/** T17 at the end of a transfer: what left and did not come is lost; what came and had not left is found. */
export const transferClosed = (data: TransferClosed['data'], day: Day): Posting =>
  posting(
    data,
    day,
    data.lines.flatMap((line) => {
      const isFound = line.qty.startsWith('-');
      return [
        betweenNodes(data.to, line, true, isFound ? 'CREDIT' : 'DEBIT', line.cost),
        betweenNodes(data.to, line, false, isFound ? 'DEBIT' : 'CREDIT', line.cost),
      ];
    }),
  );
