import { toDomain } from '../../commands/codec.ts';
import { keepGoing } from '../../commands/keepGoing.ts';
import type { Position } from '../../domain/eventLog.ts';
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
    case 'StockTransferred':
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
    /** What is kept of the place, and the place: most of what happens moves no goods, and is not worth a write. */
    let places: { readonly kept: Position | 'start'; readonly at: Position | 'start' } | undefined;
    const tell = async (movements: readonly object[]): Promise<void> => {
      const body = JSON.stringify({ movements });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${partners.urls.wms}/control/stock`, { method: 'POST', headers, body, signal });
      if (!answer.ok) throw new Error(`the simulated warehouse answered ${answer.status}`);
    };
    const step = async (): Promise<boolean> => {
      if (places === undefined) {
        const kept = await checkpoints.read(checkpoint);
        places = { kept, at: kept };
      }
      const { kept, at } = places;
      const { events, throughPosition: to } = await tail.readAfter(at, pageMax, { categories: ['stock'] });
      const movements = events.map(toDomain).flatMap(toMovement);
      if (movements.length === 0 || to === 'start') places = { kept, at: to };
      else {
        await tell(movements);
        places = (await checkpoints.advance(checkpoint, kept, to)) ? { kept: to, at: to } : undefined;
      }
      return events.length === pageMax;
    };
    const onError = (error: unknown, failures: number): void =>
      logger.warn({ err: error, failures }, 'the simulated warehouse could not be told of its goods');
    return keepGoing({ step, changed: tail.changed, onError }, signal);
  };
