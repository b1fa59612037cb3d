import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const item = 'BRG-6204';
const rate = { sequence: 1, kind: 'CONTRACT', ratePct: '8' } as const;

const priced = (lineId: string, qty: number) => {
  const [gross, discount] = [qty * 1_250, qty * 100];
  return {
    ...({ lineId, unitPrice: '12.50', listPrice: '12.50', priceSource: 'CONTRACT', contractId: 'K1' } as const),
    discounts: [{ ...rate, amount: String(discount) }],
    ...{ gross: String(gross), discount: String(discount), net: String(gross - discount) },
  };
};

const totals = (qty: number) => ({
  ...{ gross: String(qty * 1_250), discount: String(qty * 100), charges: '1500', net: String(qty * 1_150 + 1_500) },
});

const entered = (qty: string) => ({ qty, uom: 'EA' });

/** After its acceptance: a line added that had waited for credit, ten raised to twelve, and a line taken back. */
export const addedAndRaised = (log: MemoryLog, orderId: string): void => {
  const stream = `order-${bu}.${orderId}`;
  const of = (changeId: string, lineId: string) => ({ orderId, bu, changeId: `${orderId}-${changeId}`, lineId });
  const line = {
    ...({ lineId: '30', item, kind: 'STOCK', qty: '4', baseUom: 'EA', entered: entered('4') } as const),
    conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
  };
  const added = { line, priced: priced('30', 4), priceListId: 'LIST', priceListVersion: 2 };
  const other = { ...added, line: { ...line, lineId: '40' }, priced: priced('40', 4) };
  const raised = { from: '10', to: '12', entered: entered('12') };
  const hold = { orderId, bu, soldTo: 'C-1001', holdId: `${orderId}-credit`, type: 'CREDIT' } as const;
  log.append(stream, 'OrderLineChangeRequested', { ...of('a', '30'), reason: 'FORGOTTEN', added });
  log.append(stream, 'OrderHeld', { ...hold, scope: { kind: 'CHANGES' }, note: 'over the limit' });
  log.append(stream, 'OrderLineChangeRequested', { ...of('b', '40'), reason: 'FORGOTTEN', added: other });
  log.append(stream, 'OrderLineChangeRequested', { ...of('c', '10'), reason: 'MORE', raised });
  log.append(stream, 'OrderLineChangeRefused', {
    ...{ ...of('b', '40'), refusedQty: '4', reason: 'WITHDRAWN', withdrawnBy: `${orderId}-d` },
  });
  log.append(stream, 'OrderHoldReleased', { ...hold, reason: 'KNOWN', override: true });
  log.append(stream, 'OrderLineAdded', { ...of('a', '30'), ...added, totals: totals(14) });
  log.append(stream, 'OrderLineChanged', {
    ...{ ...of('c', '10'), addedQty: '2', entered: entered('12'), priced: priced('10', 12), totals: totals(16) },
  });
  log.append(stream, 'OrderLineRepriced', {
    ...{
      orderId,
      bu,
      lineId: '10',
      reason: 'agreed',
      differencePct: '0',
      priced: priced('10', 12),
      totals: totals(16),
    },
  });
  log.append(stream, 'ErpOrderChanged', { orderId, erpSystem: 'sim-erp', erpNumber: 'SO-100045', changes: 2 });
  log.append(`allocation-${bu}.${orderId}`, 'AllocationDemandAdded', {
    ...{ orderId, bu },
    lines: [
      { lineId: '30', item, qty: '4' },
      { lineId: '10', item, qty: '2' },
    ],
  });
};

/** Two of what it was raised by are delivered as one of another item. */
export const substituted = (log: MemoryLog, orderId: string): void => {
  const [stream, changeId, lineId] = [`order-${bu}.${orderId}`, `${orderId}-e`, '10'];
  const of = { orderId, bu, changeId };
  const terms = { item, qty: '2', ratio: { num: '1', den: '2' }, priceRule: 'SUBSTITUTE_LIST_PRICE' } as const;
  const inPlaceOf = { lineId, ...terms, consent: { reference: 'call' } };
  const line = {
    ...({ lineId: '50', item: 'BRG-6205', kind: 'STOCK', qty: '1', baseUom: 'EA', entered: entered('1') } as const),
    ...{ conversion: { from: 'EA', to: 'EA', num: '1', den: '1' }, originLineId: lineId },
  };
  const added = { line, priced: priced('50', 1), priceListId: 'LIST', priceListVersion: 2 };
  const stopped = { orderId, changeId, lineId, reason: 'SUBSTITUTED', cause: 'SUBSTITUTED' } as const;
  const from = { unsourced: '2', backordered: '0', reserved: '0', allocated: '0' };
  log.append(stream, 'OrderLineChangeRequested', {
    ...{ ...of, lineId: '50', reason: 'SHORT', added: { ...added, inPlaceOf } },
  });
  log.append(stream, 'OrderLineCancelRequested', { ...stopped, bu, requestedQty: '2' });
  log.append(stream, 'OrderLineAdded', { ...of, lineId: '50', ...added, totals: totals(17) });
  log.append(stream, 'OrderLineCancelled', { ...stopped, cancelledQty: '2', from });
  log.append(stream, 'OrderLineSubstituted', {
    ...{ ...of, ...inPlaceOf, newLineId: '50', newItem: 'BRG-6205', newQty: '1' },
  });
};
