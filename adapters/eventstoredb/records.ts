import type { Position as LogPosition, RecordedEvent } from '@eventstore/db-client';
import type { Metadata, Position, Recorded, StreamName } from '../../domain/eventLog.ts';

/** A 63-bit number has 19 digits. */
const digits = 19;
const positionPattern = /^(\d{19})\.(\d{19})$/;

/** Commit, then prepare, zero-padded, so that positions sort as text. Both are kept: a checkpoint may fall between them. */
export const positionText = ({ commit, prepare }: LogPosition): Position =>
  `${commit.toString().padStart(digits, '0')}.${prepare.toString().padStart(digits, '0')}` as Position;

/** Throws `RangeError` for a position of another log. */
export const logPosition = (position: Position): LogPosition => {
  const match = positionPattern.exec(position);
  if (match === null) throw new RangeError(`not a position of this log: ${position}`);
  return { commit: BigInt(match[1] ?? ''), prepare: BigInt(match[2] ?? '') };
};

/**
 * Names that `streamName` builds, and the one stream of checkpoints: neither the server's own streams nor those of another
 * application.
 */
export const ourStreams = '^(ledger-checkpoints|[a-z][a-z0-9]*-[A-Za-z0-9_][A-Za-z0-9_-]*(\\.[A-Za-z0-9_:@-]+)+)$';
const ourStreamPattern = new RegExp(ourStreams);

export const isOurs = (stream: string): boolean => ourStreamPattern.test(stream);

/**
 * Beside the metadata of the last event of an append: which call wrote it. The server answers a repeated append like a
 * first one, and this tells them apart. It is not part of the event and is taken off on reading.
 */
const appendIdKey = '$throughline-append';

export const withAppendId = (metadata: Metadata, appendId: string): Record<string, unknown> => ({
  ...metadata,
  [appendIdKey]: appendId,
});

export type Read = { readonly recorded: Recorded; readonly appendId: string | undefined };

/**
 * An event of one of our streams. What another program wrote there is handed on as it is: the reader stops at an event it
 * does not know.
 */
export const readOf = (event: RecordedEvent): Read => {
  if (event.position === undefined)
    throw new Error('EventStoreDB gives no positions: it must be of version 22.6 or newer');
  const { [appendIdKey]: appendId, ...metadata } = (event.metadata ?? {}) as Record<string, unknown>;
  const recorded: Recorded = {
    type: event.type,
    data: event.data,
    eventId: event.id,
    metadata: metadata as unknown as Metadata,
    stream: event.streamId as StreamName,
    revision: Number(event.revision),
    position: positionText(event.position),
    recordedAt: event.created.toISOString(),
  };
  return { recorded, appendId: typeof appendId === 'string' ? appendId : undefined };
};
