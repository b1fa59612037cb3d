import { AppendTooLarge, type NewEvent } from '../../domain/eventLog.ts';
import { eventIdPattern } from '../../domain/ids.ts';

const eventsMax = 1_000;
/** Servers up to 25.0 take 1 MiB in one append, including some bytes per event that only they know. */
const appendBytesMax = 1_000_000;
const eventBytesExtra = 64;

const checkIds = (events: readonly NewEvent[]): void => {
  if (events.length === 0 || events.length > eventsMax) throw new RangeError(`an append has 1 to ${eventsMax} events`);
  const ids = new Set(events.map((event) => event.eventId));
  if (ids.size !== events.length) throw new RangeError('the events of an append need different ids');
  for (const id of ids)
    if (!eventIdPattern.test(id)) throw new RangeError(`an event id is a lower-case UUID, not ${id}`);
};

const bytesOf = (value: unknown, what: string): number => {
  const text: string | undefined = JSON.stringify(value);
  // The client would never come back from this.
  if (text === undefined) throw new TypeError(`${what} cannot be written as JSON`);
  return Buffer.byteLength(text);
};

const checkSize = (events: readonly NewEvent[]): void => {
  const bytes = events.reduce((sum, { type, data, metadata }) => {
    return (
      sum + 2 * type.length + bytesOf(data, `the data of ${type}`) + bytesOf(metadata, 'metadata') + eventBytesExtra
    );
  }, 0);
  if (bytes > appendBytesMax) {
    throw new AppendTooLarge(
      `${events.length} events of ${bytes} bytes are too large for one append: at most ${appendBytesMax}`,
    );
  }
};

/** What no server would take, or what the client would never come back from, is refused before it is sent. Throws `AppendTooLarge`, `RangeError`, `TypeError`. */
export const checkBatch = (events: readonly NewEvent[]): void => {
  checkIds(events);
  checkSize(events);
};
