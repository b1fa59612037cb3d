import type { LossCost, SettledLoss } from './lossEvents.ts';

const ofLine = ({ unbilledCost, components, ...line }: SettledLoss): readonly LossCost[] => {
  const { shipmentLineId, lineId, item, itemGroup } = line;
  const of = { shipmentLineId, lineId };
  if (components !== undefined) return components.map((one) => ({ ...of, ...one }));
  return [{ ...of, item, ...(itemGroup === undefined ? {} : { itemGroup }), cost: unbilledCost }];
};

/** What T20 moves of a line; of a kit by its components. */
export const unbilledCosts = (line: SettledLoss): readonly LossCost[] =>
  ofLine(line).filter(({ cost }) => cost !== '0');
