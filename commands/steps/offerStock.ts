import { itemsOf } from '../../domain/masterData/catalog.ts';
import { inParallel } from '../inParallel.ts';
import { closedNodes } from './source.ts';
import type { StepScript } from './stepRun.ts';
import { stockAtOnce, tellStock } from './stockScripts.ts';

/** One command per item and position, under an id of its own, so a run after a kill only asks again. */
export const offerStock: StepScript<'offerStock'> = async (run, { bu, node, definedAt }) => {
  if (definedAt !== undefined) await run.catalog.waitFor(definedAt);
  if (closedNodes(run, bu).includes(node)) return;
  await inParallel(itemsOf(run.catalog.current(), bu), stockAtOnce, async ({ item }) => {
    const command = { type: 'OfferStock', bu, node, item, cause: 'NODE_REOPENED' } as const;
    await tellStock(run, command, `${run.intentId}:${item}`);
  });
};
