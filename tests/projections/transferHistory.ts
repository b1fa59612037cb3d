import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const item = 'BRG-6204';
const [from, to] = ['DC-EAST', 'DC-WEST'];

/** Ten are ordered from one node to another, four leave, three come, one is lost and then found. */
export const moveBetween = (log: MemoryLog, transferId: string): void => {
  const stream = `transfer-${bu}.${transferId}`;
  const of = { transferId, bu, from, to, currency: 'USD' };
  const piece = (qty: string, cost: string) => ({ item, itemGroup: 'BEARING', qty, unitCost: '6.00', cost });
  const at = '2026-11-24T08:00:00.000Z';
  const move = (
    node: string,
    reference: string,
    qty: string,
    cost: string,
    more: { readonly writtenOff?: true } = {},
  ) =>
    log.append(`stock-${bu}.${node}.${item}`, 'StockTransferred', {
      ...{ ...of, node, movementId: `${transferId}-${reference}:0`, reference, status: 'SELLABLE' },
      ...{ ...piece(qty, cost), ...more },
    });
  const supply = { bu, node: to, item, supplyId: transferId } as const;
  log.append(stream, 'TransferOrdered', {
    ...{ ...of, reference: `TO-${transferId}`, orderedBy: 'key:ops', expectedOn: '2026-12-01' },
    lines: [{ item, qty: '10' }],
  });
  log.append(`stock-${bu}.${to}.${item}`, 'SupplyExpected', {
    ...{ ...supply, type: 'TRANSFER', qty: '10', availableDate: '2026-12-01' },
  });
  log.append(stream, 'TransferRescheduled', { ...of, expectedOn: '2026-12-04' });
  const left = { ...of, shippingId: 'S1', contentSha256: 's1', shippedAt: at, complete: true } as const;
  log.append(stream, 'TransferShipped', { ...left, lines: [piece('4', '2400')] });
  move(from, 'S1', '-4', '2400');
  const came = (receiptId: string) => ({ ...of, receiptId, contentSha256: receiptId, receivedAt: at });
  const there = { status: 'SELLABLE' } as const;
  log.append(stream, 'TransferReceived', {
    ...came('A1'),
    complete: true,
    lines: [{ ...piece('3', '1800'), ...there }],
  });
  move(to, 'A1', '3', '1800');
  log.append(`stock-${bu}.${to}.${item}`, 'SupplyCancelled', { ...supply, reason: 'TRANSFER_ENDED' });
  log.append(stream, 'TransferClosed', { ...of, closedBy: 'key:ops', reason: 'counted', lines: [piece('1', '600')] });
  const found = { ...piece('1', '600'), ...there, writtenOff: true } as const;
  log.append(stream, 'TransferReceived', { ...came('A2'), lines: [found] });
  move(to, 'A2', '1', '600', { writtenOff: true });
};
