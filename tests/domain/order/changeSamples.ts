import type { OrderCommand } from '../../../domain/order/commands.ts';
import { accepting, submitting } from './samples.ts';

// Changes of an accepted order of ten, and what comes of them.

const sample = submitting({ '30': '4' });
const [line, priced] = [sample.lines[0], sample.pricing.lines[0]];
if (line === undefined || priced === undefined) throw new Error('the sample has a line');

export const adding = (changeId: string, lineId = '30'): OrderCommand => ({
  type: 'RequestLines',
  changeId,
  reason: 'FORGOTTEN',
  lines: [{ line: { ...line, lineId }, priced: { ...priced, lineId }, priceListId: 'STD', priceListVersion: 2 }],
});
export const setting = (changeId: string, qty: string, more: Partial<{ terms: string; unitPrice: string }> = {}) => {
  const entered = { qty, uom: 'EA' };
  const terms = more.terms ?? { unitPrice: more.unitPrice ?? '12.5', discounts: priced.discounts };
  return { type: 'RequestQty', changeId, lineId: '10', qty, entered, reason: 'MORE', terms } as const;
};
export const agreeing = (changeId: string, ...lineIds: readonly string[]): OrderCommand => ({
  type: 'AcceptChange',
  changeId,
  lineIds,
});
export const waitingHold = (holdId: string): OrderCommand => ({
  type: 'PlaceHold',
  holdId,
  holdType: 'CREDIT',
  scope: { kind: 'CHANGES' },
  note: 'over the limit',
});

export const open = [submitting(), accepting];
