import type { AllocationCommand } from '../../domain/allocation/commands.ts';
import { shipDateFor } from '../../domain/availability/shipping.ts';
import { inParallel } from '../inParallel.ts';
import { tellAllocation } from './allocationStream.ts';
import { lateSupplyFor, underLateSupply } from './lateSupply.ts';
import { outlookBy, stockOf } from './outlook.ts';
import { finishServing, serveLate } from './serveLate.ts';
import { itemsOfGoods } from './source.ts';
import type { StepScript } from './stepRun.ts';
import { expectedAt, ordersAtOnce, placesOf } from './waitingPlaces.ts';

/**
 * Whoever would be late is served from what is withheld, if that is the policy. Then one command for each place in a queue, under
 * an id of its own, so a run after a kill only asks again.
 */
export const repromise: StepScript<'repromise'> = async (run, { bu, item, orders, cause, supplyId }) => {
  if (run.again) await finishServing(run, { bu, item }, orders);
  const places = await placesOf(run, { bu, item }, orders);
  if (places.length === 0) return;
  await serveLate(run, { bu, item }, places);
  const found = await stockOf(run, bu, itemsOfGoods(places.map(({ line }) => line)));
  const expectedFor = outlookBy(run, bu, found);
  const deciding = underLateSupply(run, bu);
  const { toleranceDays, tell } = lateSupplyFor(run, bu);
  const sites = new Map(found.map(({ site }) => [site.node, site]));
  await inParallel(places, ordersAtOnce, async (place) => {
    const { of, line, node } = place;
    const site = sites.get(node);
    const expected = site && expectedAt(run, expectedFor, place, site);
    if (expected === undefined || site === undefined) return;
    const shipDate = expected === null ? null : shipDateFor(site, run.clock(), expected.date);
    const command: AllocationCommand = {
      type: 'RecordPromise',
      ...{ lineId: line.lineId, node, cause, supplyId, rules: { toleranceDays, tell } },
      expectedDate: expected?.date ?? null,
      ...(shipDate === null ? {} : { shipDate }),
      ...(expected === null || expected.leadTimeDays === null ? {} : { leadTimeDays: expected.leadTimeDays }),
    };
    await tellAllocation(deciding, of, command, `${run.intentId}:${of.orderId}:${line.lineId}:${node}`);
  });
};
