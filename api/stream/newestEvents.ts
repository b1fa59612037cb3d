import { isBefore, type StreamPlace } from '../../projections/eventStream/place.ts';
import type { StreamedEvent, StreamFilter, StreamPage } from '../../projections/eventStream/queries.ts';

export type NewestLimits = {
  /** Whoever is further behind reads for itself. */
  readonly eventsMax: number;
  readonly charsMax: number;
  /** Of what a reader is given at once; one event in any case. */
  readonly pageEventsMax: number;
  readonly pageCharsMax: number;
};

const isShown = ({ bus, types, customers }: StreamFilter, { bu, type, soldTo }: StreamedEvent): boolean =>
  (bus === undefined || bus.includes(bu)) &&
  (types === undefined || types.includes(type)) &&
  (customers === undefined || customers.includes(soldTo));

/** Index of the first event behind `place`. */
const firstAfter = (events: readonly StreamedEvent[], place: StreamPlace): number => {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event !== undefined && isBefore(place, event)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** The newest events of the stream: exactly those behind `begin` and up to the end of the page that was added last, the oldest let go. */
export const createNewestEvents = (begin: StreamPlace, limits: NewestLimits) => {
  let events: StreamedEvent[] = [];
  let chars = 0;
  let from = begin;
  let through = begin;

  const add = (page: Pick<StreamPage, 'events' | 'through'>): void => {
    events.push(...page.events);
    chars += page.events.reduce((sum, { data }) => sum + data.length, 0);
    through = page.through;
    let gone = 0;
    while (events.length - gone > limits.eventsMax || chars > limits.charsMax) {
      const oldest = events[gone];
      if (oldest === undefined) break;
      chars -= oldest.data.length;
      from = { position: oldest.position, place: oldest.place };
      gone += 1;
    }
    if (gone > 0) events = events.slice(gone);
  };

  /** Undefined: what is behind `after` is not all here. */
  const pageAfter = (after: StreamPlace, filter: StreamFilter): StreamPage | undefined => {
    if (isBefore(after, from)) return undefined;
    const shown: StreamedEvent[] = [];
    let room = limits.pageCharsMax;
    for (let index = firstAfter(events, after); index < events.length; index += 1) {
      const event = events[index] as StreamedEvent;
      if (!isShown(filter, event)) continue;
      const isFull = shown.length >= limits.pageEventsMax || (shown.length > 0 && event.data.length > room);
      const last = shown.at(-1);
      if (isFull && last !== undefined) return { events: shown, through: last, more: true };
      shown.push(event);
      room -= event.data.length;
    }
    return { events: shown, through: isBefore(after, through) ? through : after, more: false };
  };

  return { add, pageAfter, through: (): StreamPlace => through };
};

export type NewestEvents = ReturnType<typeof createNewestEvents>;
