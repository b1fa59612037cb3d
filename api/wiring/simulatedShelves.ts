import { toDomain } from '../../commands/codec.ts';
import { keepGoing } from '../../commands/keepGoing.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { Parts, Worker } from './stepWorkers.ts';

const checkpoint = 'simulated-warehouse';
const pageMax = 500;

/** How much of an item an event brought or took. */
const movedBy = (event: RecordedDomainEvent): string => {
  switch (event.type) {
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReinstated':
    case 'StockReturned':
      return event.data.qty;
    case 'StockIssued':
    case 'StockScrapped':
      return `-${event.data.qty}`;
    default:
      return '0';
  }
};

const toMovement = (event: RecordedDomainEvent) => {
  const quantity = movedBy(event);
  if (quantity === '0') return [];
  const { bu, node, item } = event.data as { readonly bu: string; readonly node: string; readonly item: string };
  return [
    {
      ...{ id: event.eventId, depositorCode: bu, warehouseCode: node, itemNumber: item, quantity },
      ...(event.type === 'StockIssued' && { shipmentNumber: event.data.confirmationId }),
    },
  ];
};

/**
 * Who posts a stock movement in development plays the warehouse, so the simulated one is told of it. What it shipped itself it
 * knows, and what it tells twice counts once.
 */
export const simulatedShelves =
  ({ database, partners, logger }: Parts): Worker =>
  (signal) => {
    const { checkpoints, tail } = database;
    const step = async (): Promise<boolean> => {
      const from = await checkpoints.read(checkpoint);
      const { events, throughPosition } = await tail.readAfter(from, pageMax, { categories: ['stock'] });
      const movements = events.map(toDomain).flatMap(toMovement);
      if (movements.length > 0) {
        const body = JSON.stringify({ movements });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${partners.urls.wms}/control/stock`, { method: 'POST', headers, body, signal });
        if (!answer.ok) throw new Error(`the simulated warehouse answered ${answer.status}`);
      }
      if (throughPosition === from || throughPosition === 'start') return false;
      await checkpoints.advance(checkpoint, from, throughPosition);
      return events.length === pageMax;
    };
    const onError = (error: unknown, failures: number): void =>
      logger.warn({ err: error, failures }, 'the simulated warehouse could not be told of its goods');
    return keepGoing({ step, changed: tail.changed, onError }, signal);
  };
