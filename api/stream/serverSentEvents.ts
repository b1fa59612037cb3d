import type { Request, Response } from 'express';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { placeText, type StreamPlace } from '../../projections/eventStream/place.ts';
import type { StreamedEvent, StreamFilter } from '../../projections/eventStream/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { openAnswer } from '../personal/openAnswer.ts';
import type { Call } from '../route.ts';
import { cloudEventText } from './cloudEvents.ts';
import { type ReadConsumer, turnedTo } from './consumerWatch.ts';

export const eventStreamType = 'text/event-stream';

/** A request that is answered for as long as somebody listens. */
export type Exchange = { readonly request: Request; readonly response: Response };

export type StreamTimes = {
  /** A line is sent at least so often, so that both ends notice when the other one is gone. */
  readonly heartbeatMs: number;
  /** Somebody who takes nothing for so long is gone. */
  readonly stalledMs: number;
  /** Then the reader comes again, and shows its credentials again. */
  readonly lifeMs: number;
};

export const streamTimes: StreamTimes = { heartbeatMs: 15_000, stalledMs: 60_000, lifeMs: 900_000 };

/** How long a reader that was cut off waits before it comes again. */
const retryMs = 2_000;

const headers = {
  'Content-Type': `${eventStreamType}; charset=utf-8`,
  'Cache-Control': 'no-store, no-transform',
  // Proxies that gather answers would keep events back.
  'X-Accel-Buffering': 'no',
  // When the stream ends there is nothing to keep the connection for.
  Connection: 'close',
};

const eventText = (event: StreamedEvent): string => `id: ${placeText(event)}\ndata: ${cloudEventText(event)}\n\n`;

/** A place without an event: whoever reads goes on from there, also where nothing was for it. */
const heartbeat = (at: StreamPlace): string => `: heartbeat\nid: ${placeText(at)}\n\n`;

/** Writes and, where the reader has not taken what was written before, waits until it has. False: it is gone, or takes nothing. */
const written = (response: Response, text: string, stalledMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve(false);
    if (response.write(text)) return resolve(true);
    const settle = (isTaken: boolean) => (): void => {
      clearTimeout(timer);
      response.off('drain', onDrain).off('close', onClose);
      resolve(isTaken);
    };
    const [onDrain, onClose] = [settle(true), settle(false)];
    const timer = setTimeout(onClose, stalledMs);
    response.once('drain', onDrain).once('close', onClose);
  });

/** `consumer`: whom it is read for, if it has a name. */
export type StreamAsked = StreamFilter & { readonly after: StreamPlace; readonly consumer?: ReadConsumer };

/**
 * Events as they come, until the reader goes, the service stops, the reader has to show its credentials again or its consumer
 * goes on elsewhere. What is read
 * next is asked for only when the last was taken. Throws `HttpProblem` before anything is sent.
 */
export const sendEvents = async (
  { request, response }: Exchange,
  { after, consumer, ...filter }: StreamAsked,
  call: Call,
  deps: Pick<ApiDeps, 'eventStream' | 'personal' | 'clock' | 'config'>,
): Promise<void> => {
  const { heartbeatMs, stalledMs, lifeMs } = deps.config.streamTimes;
  const { principal, correlationId } = call;
  const reader = deps.eventStream.open(principal.id, consumer);
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  const life = setTimeout(leave, lifeMs);
  response.once('close', leave);
  const endings = [reader.closing, reader.turned];
  for (const ending of endings) ending.addEventListener('abort', leave);
  const shown = async (events: readonly StreamedEvent[]): Promise<string> => {
    const sent = { status: 200, headers: {}, text: events.map(eventText).join(''), position: null, code: undefined };
    const reading = { operation: 'readEventStream', principal, correlationId } as const;
    return (await openAnswer({ ...sent, retain: false }, deps, reading)).text;
  };
  const send = async (): Promise<boolean> => {
    let at = after;
    let isTaken = await written(response, `retry: ${retryMs}\n\n`, stalledMs);
    while (isTaken && !gone.signal.aborted) {
      const page = await reader.next({ ...filter, after: at }, gone.signal, heartbeatMs);
      at = page.through;
      if (gone.signal.aborted && page.events.length === 0) break;
      isTaken = await written(response, page.events.length === 0 ? heartbeat(at) : await shown(page.events), stalledMs);
    }
    const elsewhere = turnedTo(reader.turned);
    // The last place that the reader is told of is the one that it comes again with.
    return isTaken && elsewhere !== undefined ? written(response, heartbeat(elsewhere), stalledMs) : isTaken;
  };
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method === 'HEAD') return void response.end();
    response.flushHeaders();
    if (await send()) response.end();
    else response.destroy();
  } catch (error) {
    // The reader comes again with the last event that it has, and is told then how things are.
    if (!(error instanceof LogUnavailable)) throw error;
    response.end();
  } finally {
    clearTimeout(life);
    for (const ending of endings) ending.removeEventListener('abort', leave);
    reader.release();
  }
};
