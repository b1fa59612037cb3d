import type { LossCost, SettledLoss } from './lossEvents.ts';

const costsOf = ({ unbilledCost, components, ...line }: SettledLoss): readonly LossCost[] => {
  const { shipmentLineId, lineId, item, itemGroup } = line;
  const of = { shipmentLineId, lineId };
  if (components !== undefined) return components.map((one) => ({ ...of, ...one }));
  return [{ ...of, item, ...(itemGroup === undefined ? {} : { itemGroup }), cost: unbilledCost }];
};

/** What T20 moves of each line; of a kit by its components. */
export const unbilledCosts = (lines: readonly SettledLoss[]): readonly LossCost[] =>
  lines.flatMap(costsOf).filter(({ cost }) => cost !== '0');
