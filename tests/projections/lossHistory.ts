import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const node = 'DC-EAST';
const item = 'BRG-6204';

/** Of the seven that left of an order two are lost, one of which was billed and one beyond the order, and one is damaged and turns out to be whole. */
export const loseOnTheWay = (log: MemoryLog, orderId: string): void => {
  const shipmentId = `${orderId}-s1`;
  const stream = `shipment-${bu}.${shipmentId}`;
  const at = '2026-11-24T09:00:00.000Z';
  const head = { bu, orderId, shipmentId, node };
  const line = { shipmentLineId: '10', lineId: '10', item };
  const confirmationId = `${orderId}-s1-c1`;
  const goods = (fromQty: string, qty: string) => [{ ...line, confirmationId, fromQty, qty }];
  log.append(stream, 'OvershipmentFound', {
    ...{ ...head, confirmationId, lineId: '10', item, itemGroup: 'BEARING', excess: '2', cost: '1200', foundAt: at },
    ...{ tolerance: { allowed: '0', within: false }, soldTo: 'C-1001', channel: 'portal', customerGroup: 'STD' },
    ...{ currency: 'USD', parts: [{ shipmentLineId: '10', qty: '2', cost: '1200' }] },
  });
  const lost = { ...head, lossId: 'L1' };
  const told = { contentSha256: 'x', at, liability: 'CARRIER', source: 'PERSON' } as const;
  log.append(stream, 'ShipmentLost', { ...lost, ...told, lines: goods('4', '2') });
  const whole = { ...head, lossId: 'L2' };
  log.append(stream, 'ShipmentDamaged', {
    ...whole,
    ...told,
    source: 'CARRIER',
    tracking: '1Z999',
    lines: goods('6', '1'),
  });
  log.append(stream, 'ShipmentFound', { ...whole, at, source: 'CARRIER', lines: goods('6', '1') });
  log.append(stream, 'ShipmentLossDecided', { ...lost, outcome: 'CANCEL', decidedBy: 'kim' });
  const settled = {
    ...line,
    itemGroup: 'BEARING',
    confirmationId,
    beyond: 'UNDECIDED' as const,
    unbilledQty: '1',
    unbilledCost: '600',
  };
  log.append(stream, 'ShipmentLossSettled', {
    ...{ ...lost, outcome: 'CANCEL', liability: 'CARRIER', currency: 'USD' },
    lines: [
      { ...settled, billedQty: '0' },
      {
        ...{ ...line, itemGroup: 'BEARING', confirmationId, unbilledQty: '0', unbilledCost: '0', billedQty: '1' },
        invoiceId: `${orderId}-i1`,
      },
    ],
  });
  const cost = { ...line, itemGroup: 'BEARING', cost: '600' };
  log.append(stream, 'ShipmentLossReassigned', {
    ...{ ...lost, from: 'CARRIER', to: 'OURS', reason: 'It was packed badly.', currency: 'USD' },
    lines: [cost],
  });
  log.append(stream, 'ShipmentLossCredited', {
    ...{ ...lost, creditMemoId: `${orderId}-cm`, invoiceId: `${orderId}-i1`, liability: 'OURS' },
    lines: [{ ...cost, qty: '1' }],
  });
};
