import {
  EventUnreadable,
  type Metadata,
  type Position,
  type Recorded,
  type StreamName,
} from '../../../domain/eventLog.ts';

/** The columns of `eventColumns`, in their order; rows travel as arrays because that is measurably cheaper. */
export type EventRow = readonly [
  position: string,
  stream: string,
  revision: number,
  eventId: string,
  type: string,
  data: string,
  metadata: string,
  recordedAt: string,
];

export const eventColumns = (table: string): string =>
  ['position', 'stream', 'revision', 'event_id', 'type', 'data', 'metadata', 'recorded_at']
    .map((column) => `${table}.${column}`)
    .join(', ');

const positionDigits = 20;
const positionPattern = /^\d{20}$/;

/** Zero-padded, so that positions sort as text. */
export const positionFromNumber = (position: string | number): Position =>
  String(position).padStart(positionDigits, '0') as Position;

/** The number behind a position, as text for Postgres. Throws `RangeError` for a position of another log. */
export const numberFromPosition = (position: Position | 'start'): string => {
  if (position === 'start') return '0';
  if (!positionPattern.test(position)) throw new RangeError(`not a position of this log: ${position}`);
  return BigInt(position).toString();
};

/** Throws `EventUnreadable` for one whose text is no JSON any more. */
export const recordedFromRow = (row: EventRow): Recorded => {
  const [, stream, revision, eventId] = row;
  const position = positionFromNumber(row[0]);
  try {
    return {
      type: row[4],
      data: JSON.parse(row[5]) as unknown,
      eventId,
      metadata: JSON.parse(row[6]) as Metadata,
      stream: stream as StreamName,
      revision,
      position,
      recordedAt: row[7],
    };
  } catch {
    throw new EventUnreadable({ stream, revision, eventId, position });
  }
};

/** Positions of this log are gapless. */
export const positionBefore = (position: Position, count: number): Position | 'start' => {
  const before = BigInt(numberFromPosition(position)) - BigInt(count);
  return before <= 0n ? 'start' : positionFromNumber(before.toString());
};
