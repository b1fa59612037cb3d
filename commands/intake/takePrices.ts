import { streamName } from '../../domain/eventLog.ts';
import {
  type AskedList,
  askPrice,
  mergedList,
  openList,
  type PriceCells,
  priceCellsOf,
} from '../../domain/intake/priceRow.ts';
import { type FileRow, type RowOutcome, refusedRow } from '../../domain/intake/row.ts';
import { itemOf, priceListOf } from '../../domain/masterData/catalog.ts';
import { priceListDecider } from '../../domain/masterData/masterData.ts';
import { missingIn } from '../workers/upToDate.ts';
import { againWhenChanged, contextOf, ImportUntaken, readRow, type Taker, type Taking } from './taking.ts';

type Read = PriceCells & { readonly row: number; readonly currency: string };

/**
 * A price list is one document: all of a file's prices for it become one version of it, when the last row was seen. Rows are
 * so put in force together or not at all.
 */
export const takePrices = (taking: Taking): Taker => {
  const { businessUnit: bu, dryRun } = taking.received;
  const lists = new Map<string, AskedList>();

  const read = (row: FileRow): Read | RowOutcome => {
    const cells = readRow(taking, row);
    if ('kind' in cells) return cells;
    const price = priceCellsOf(cells);
    return 'kind' in price ? price : { ...price, row: row.row, currency: cells.get('currency') ?? '' };
  };

  const ask = (price: Read, isUnknown: boolean): RowOutcome => {
    if (isUnknown) return refusedRow('item', 'ITEM_UNKNOWN', `There is no item ${price.item}.`);
    const { priceListId } = price;
    const open =
      lists.get(priceListId) ?? openList(priceListId, priceListOf(taking.catalog.current(), bu, priceListId));
    const { list, outcome } = askPrice(open, price.row, price, price.currency);
    lists.set(priceListId, list);
    return outcome;
  };

  const take = async (rows: readonly FileRow[]): Promise<readonly RowOutcome[]> => {
    const found = rows.map(read);
    const named = found.flatMap((each) => ('item' in each ? [each.item] : []));
    const unknown = new Set(
      await missingIn(taking.catalog, (known) => named.filter((item) => itemOf(known, bu, item) === undefined)),
    );
    return found.map((each) => ('item' in each ? ask(each, unknown.has(each.item)) : each));
  };

  const define = (list: AskedList): Promise<'done'> =>
    againWhenChanged(taking, `price list ${list.priceListId}`, async () => {
      const current = priceListOf(taking.catalog.current(), bu, list.priceListId);
      const definition = mergedList(bu, list, current);
      const stream = streamName(priceListDecider.category, bu, list.priceListId);
      const command = { type: 'Define', definition, by: taking.received.requestedBy } as const;
      const context = contextOf(taking, `list:${list.priceListId}`);
      const options = { ifMatch: current === undefined ? -1 : current.version - 1 };
      const executed = await taking.executor.execute(priceListDecider, stream, command, context, options);
      if (executed.kind === 'refused') throw new ImportUntaken(`${list.priceListId}: ${executed.refusal.detail}`);
      return executed.kind === 'done' ? 'done' : undefined;
    });

  return {
    isWhole: true,
    pass: async (rows) => void (await take(rows)),
    take,
    finish: async () => {
      if (dryRun) return;
      for (const list of lists.values()) if (list.asked.size > 0) await define(list);
    },
  };
};
