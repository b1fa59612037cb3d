import { atpUnder } from '../../domain/availability/lateSupply.ts';
import { queueDates } from '../../domain/availability/queueDates.ts';
import { itemOf } from '../../domain/masterData/catalog.ts';
import type { NodeDefined } from '../../domain/masterData/events.ts';
import { openSupplies, queuedBackorders, type StockState, spareOf } from '../../domain/stock/state.ts';
import { inParallel } from '../inParallel.ts';
import { lateSupplyFor } from './lateSupply.ts';
import { eligibleNodes } from './source.ts';
import type { Run } from './stepRun.ts';
import { loadStock, stockAtOnce } from './stockScripts.ts';

export type StockOfItem = { readonly item: string; readonly site: NodeDefined['data']; readonly stock: StockState };

/** What every position of these items that may supply says now; of each item by the priority of its nodes. */
export const stockOf = async (run: Run, bu: string, items: ReadonlySet<string>): Promise<readonly StockOfItem[]> => {
  const places = [...items].flatMap((item) => eligibleNodes(run, bu).map((site) => ({ item, site })));
  const states = new Map<(typeof places)[number], StockState>();
  await inParallel(places, stockAtOnce, async (place) => {
    states.set(place, await loadStock(run, { bu, node: place.site.node, item: place.item }));
  });
  return places.flatMap((place) => {
    const stock = states.get(place);
    return stock === undefined ? [] : [{ ...place, stock }];
  });
};

/** When lines that wait for these items can be served, by what their positions say (`queueDates`). */
export const outlookBy = (run: Run, bu: string, found: readonly StockOfItem[]): ReturnType<typeof queueDates> => {
  const catalog = run.catalog.current();
  const leadTimeOf = (item: string) => itemOf(catalog, bu, item)?.leadTimeDays ?? null;
  const rows = found.map(({ item, site: node, stock }) => {
    return { item, node, free: spareOf(stock), supplies: openSupplies(stock), queue: queuedBackorders(stock) };
  });
  return queueDates(run.clock(), rows, leadTimeOf, atpUnder(lateSupplyFor(run, bu)));
};
