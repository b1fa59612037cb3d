import type { MessageDiscards, ParkedMessages } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import { contentSha256Of } from './keptMessages.ts';
import { keyOf, type Place } from './warehousePending.ts';

export type DiscardingPorts = {
  readonly parked?: Pick<ParkedMessages, 'read'>;
  readonly controls?: Partial<Pick<Controls, 'discards'>>;
  readonly discards?: Pick<MessageDiscards, 'carriedOut'>;
};

/**
 * Lets go of what operators discarded. The rows and the order to remove them leave together, so that it is done once
 * however often it is begun. What is kept in that place by now and says something else was not meant, and stays.
 */
export const createDiscarding =
  (consumer: string, { parked, controls, discards }: DiscardingPorts, onDiscarded: (place: Place) => void) =>
  async (): Promise<void> => {
    if (parked === undefined || discards === undefined) return;
    const orders = controls?.discards?.(consumer) ?? [];
    if (orders.length === 0) return;
    const inLanes = await parked.read(consumer, [...new Set(orders.map(({ laneKey }) => laneKey))]);
    const inPlaces = new Map(inLanes.map((kept) => [keyOf(kept), kept]));
    for (const ordered of orders) {
      const { laneKey, item, contentSha256 } = ordered;
      const kept = inPlaces.get(keyOf(ordered));
      const isMeant = kept !== undefined && contentSha256Of(kept) === contentSha256;
      await discards.carriedOut(ordered, isMeant);
      if (isMeant) onDiscarded({ laneKey, item });
    }
  };
