import { type StreamName, streamName } from '../../../domain/eventLog.ts';
import type { DataOf, EventType } from '../../../domain/events.ts';

export const bu = 'ACME';
export const currency = 'USD';
export const ledger = 'PRIMARY';
export const period = '202611';

/** An event before it has its place in the log. */
export type Draft = { readonly stream: StreamName; readonly type: EventType; readonly data: unknown };

/** Where a draft came to lie. */
export type Placed = { readonly eventId: string; readonly position: string; readonly recordedAt: string };

/** A history in pieces that are appended one by one; other histories' pieces come between them. */
export type History = Generator<readonly Draft[], void, readonly Placed[]>;

/** Checked against the catalogue: when an event changes its shape, this no longer compiles. */
export const draft = <T extends EventType>(stream: StreamName, type: T, data: DataOf<T>): Draft => ({
  stream,
  type,
  data,
});

export const streamOf = (category: string, ...id: readonly string[]): StreamName => streamName(category, bu, ...id);
