import { atpUnder } from '../../domain/availability/lateSupply.ts';
import { type QueueAtNode, queueDates } from '../../domain/availability/queueDates.ts';
import { itemOf } from '../../domain/masterData/catalog.ts';
import { openSupplies, queuedBackorders, spareOf } from '../../domain/stock/state.ts';
import { inParallel } from '../inParallel.ts';
import { lateSupplyFor } from './lateSupply.ts';
import { eligibleNodes } from './source.ts';
import type { Run } from './stepRun.ts';
import { loadStock, stockAtOnce } from './stockScripts.ts';

const queuesOf = async (run: Run, bu: string, items: ReadonlySet<string>): Promise<readonly QueueAtNode[]> => {
  const places = [...items].flatMap((item) => eligibleNodes(run, bu).map((node) => ({ item, node })));
  const rows: QueueAtNode[] = [];
  await inParallel(places, stockAtOnce, async ({ item, node }) => {
    const stock = await loadStock(run, { bu, node: node.node, item });
    const queue = queuedBackorders(stock);
    rows.push({ item, node, free: spareOf(stock), supplies: openSupplies(stock), queue });
  });
  return rows;
};

/** When lines that wait for these items can be served, by what positions say now (`queueDates`). */
export const outlookFor = async (
  run: Run,
  bu: string,
  items: ReadonlySet<string>,
): Promise<ReturnType<typeof queueDates>> => {
  const rows = await queuesOf(run, bu, items);
  const catalog = run.catalog.current();
  const leadTimeOf = (item: string) => itemOf(catalog, bu, item)?.leadTimeDays ?? null;
  return queueDates(run.clock(), rows, leadTimeOf, atpUnder(lateSupplyFor(run, bu)));
};
