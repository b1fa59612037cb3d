import { type Minor, minor, minorText, spread } from '../money.ts';
import { borne, raised } from './costCorrection.ts';
import type { CostCorrected } from './costEvents.ts';
import type { Of } from './movementDecisions.ts';
import { placeOf } from './place.ts';
import { recall, remember } from './recent.ts';
import type { StockState } from './state.ts';

// What the cost of a shipment's goods was corrected by is a variance because they are gone. A void says that they never were.

/** Adds up what the goods of each shipment line were corrected by; what is in stock again counts against it. */
export const soldCostNoted = (state: StockState, { about, itemGroup }: CostCorrected['data']): StockState => {
  if (about.kind === 'RECEIPT') return state;
  const lines = new Map(
    recall(state.soldCosts, about.shipmentId)?.about.lines.map((each) => [each.shipmentLineId, each]),
  );
  for (const line of about.lines) {
    const before = minor(lines.get(line.shipmentLineId)?.amount ?? '0');
    lines.set(line.shipmentLineId, { ...line, amount: minorText(before + minor(line.amount)) });
  }
  const sold = { about: { ...about, lines: [...lines.values()] }, ...(itemGroup !== undefined && { itemGroup }) };
  return { ...state, soldCosts: remember(state.soldCosts, about.shipmentId, sold) };
};

const sizeOf = (amount: Minor): Minor => (amount < 0n ? -amount : amount);

/**
 * Goods are back that cost something else than they left with: what was a variance of them is what they are worth. `state`:
 * with the goods. As much as they can bear, and the rest with the next of their shipment. Under STANDARD cost it stays a
 * variance, as it would be of goods that never left.
 */
export const soldCostBack = (command: Of<'Reinstate'>, state: StockState): readonly CostCorrected[] => {
  const { shipmentId, lineId, currency } = command;
  const sold = recall(state.soldCosts, shipmentId);
  if (sold === undefined || lineId === undefined || state.cost?.method !== 'MOVING_AVERAGE') return [];
  const { about, itemGroup } = sold;
  const amounts = about.lines.map(({ amount }) => minor(amount));
  const inStock = borne(
    state,
    amounts.reduce((sum, amount) => sum + amount, 0n),
    currency,
  );
  if (inStock === 0n) return [];
  const parts = spread(-inStock, amounts.map(sizeOf));
  const lines = about.lines.map((line, index) => ({ ...line, amount: minorText(parts[index] ?? 0n) }));
  return [
    {
      type: 'CostCorrected',
      data: {
        ...placeOf(command),
        ...{ reference: `void ${shipmentId} ${lineId}`, amount: '0', currency, cause: 'SHIPMENT_VOIDED' },
        ...{ inStock: minorText(inStock), variance: minorText(-inStock), unitCost: raised(state, inStock, currency) },
        ...{ about: { ...about, lines }, method: 'MOVING_AVERAGE' },
        ...(itemGroup !== undefined && { itemGroup }),
      },
    },
  ];
};
