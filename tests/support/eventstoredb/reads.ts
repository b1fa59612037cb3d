import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Faults, ReadFault } from './faults.ts';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  failures,
  nameOf,
  notFoundMessage,
} from './messages.ts';
import type { Storage, StoredEvent } from './storage.ts';

type ReadContext = { readonly storage: Storage; readonly faults: Faults };

type Call = ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type Options = streams.ReadReq.Options;
type Matches = (event: StoredEvent) => boolean;

const turnEvents = 512;

const matcher = (options: Options): Matches => {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const subject = filter.hasStreamIdentifier() ? (e: StoredEvent) => e.stream : (e: StoredEvent) => e.type;
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
  const pattern = new RegExp(expression?.getRegex() ?? '');
  return (event) => pattern.test(subject(event));
};

/** False: the call is over. Waits while the client does not take more. */
const send = async (call: Call, message: streams.ReadResp): Promise<boolean> => {
  if (call.cancelled || call.destroyed) return false;
  if (call.write(message)) return true;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      for (const name of ['drain', 'cancelled', 'close']) call.off(name, over);
      resolve();
    };
    for (const name of ['drain', 'cancelled', 'close']) call.once(name, over);
  });
  return !call.cancelled && !call.destroyed;
};

const ended = (call: Call): Promise<void> =>
  new Promise((resolve) => {
    if (call.cancelled) return resolve();
    call.once('cancelled', () => resolve());
    call.once('close', () => resolve());
  });

/** True: the call goes on. */
const suffer = async (call: Call, fault: ReadFault | undefined): Promise<boolean> => {
  if (fault === undefined) return true;
  if (fault === 'cancel') call.emit('error', failures.cancelled);
  else if (fault === 'unavailable') call.emit('error', failures.notReady);
  else if (fault === 'end') call.end();
  else await ended(call);
  return false;
};

const sendEvent = async (call: Call, faults: Faults, fault: ReadFault | undefined, event: StoredEvent) => {
  if (fault === 'repeat') await send(call, eventMessage(event));
  else if (!(await suffer(call, fault))) return false;
  if (faults.pauseMs > 0) await delay(faults.pauseMs);
  return send(call, eventMessage(event));
};

const startOf = (options: Options, storage: Storage, exclusive: boolean): number => {
  const all = options.getAll();
  if (all?.hasEnd()) return storage.all.length;
  const position = all?.getPosition();
  if (position === undefined) return 0;
  const index = storage.indexFrom(BigInt(position.getCommitPosition()));
  return exclusive && storage.all[index]?.position === BigInt(position.getCommitPosition()) ? index + 1 : index;
};

const readOnce = async (call: Call, { storage, faults }: ReadContext, options: Options): Promise<void> => {
  const count = Number(options.getCount());
  const backwards = options.getReadDirection() === 1;
  const name = nameOf(options.getStream()?.getStreamIdentifier());
  const source = options.hasStream() ? storage.stream(name) : storage.all;
  if (source === undefined) {
    await send(call, notFoundMessage(name));
    call.end();
    return;
  }
  const matches = matcher(options);
  const stream = options.getStream();
  const last = source.length - 1;
  const streamStart = stream?.hasEnd() ? last : Number(stream?.getRevision() ?? 0);
  const allStart = backwards ? startOf(options, storage, false) - 1 : startOf(options, storage, false);
  // The end is fixed at the start: a read shows the log as it was when it was asked for.
  let sent = 0;
  for (
    let n = options.hasStream() ? streamStart : allStart;
    sent < count && n >= 0 && n <= last;
    n += backwards ? -1 : 1
  ) {
    const event = source[n];
    if (event === undefined || !matches(event)) continue;
    if (!(await sendEvent(call, faults, faults.read(), event))) return;
    sent += 1;
    if (sent % turnEvents === 0) await new Promise(setImmediate);
  }
  call.end();
};

const subscribe = async (call: Call, { storage, faults }: ReadContext, options: Options): Promise<void> => {
  const matches = matcher(options);
  const filter = options.getFilter();
  const window = filter?.hasMax() ? filter.getMax() : 32;
  const checkpointEvery =
    filter === undefined ? Number.POSITIVE_INFINITY : window * filter.getCheckpointintervalmultiplier();
  let wake = (): void => {};
  const stop = storage.onAppended(() => wake());
  call.on('cancelled', () => wake());
  call.on('close', () => wake());
  try {
    let caughtUp = false;
    let examined = 0;
    if (!(await send(call, confirmationMessage(randomUUID())))) return;
    for (let next = startOf(options, storage, true); ; ) {
      const event = storage.all[next];
      if (event === undefined) {
        if (!caughtUp && !faults.quiet && !(await send(call, caughtUpMessage()))) return;
        caughtUp = true;
        if (storage.all.length > next) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (call.cancelled || call.destroyed) resolve();
        });
        if (call.cancelled || call.destroyed) return;
        continue;
      }
      if (matches(event) && !(await sendEvent(call, faults, faults.subscription(), event))) return;
      next += 1;
      examined += 1;
      if (examined % checkpointEvery === 0 && !faults.quiet && !(await send(call, checkpointMessage(event.position))))
        return;
      if (examined % turnEvents === 0) await new Promise(setImmediate);
    }
  } finally {
    stop();
  }
};

/** Streams.Read: a stream or $all, in either direction, or a subscription to $all. Counts the calls that are open. */
export const makeRead = (context: ReadContext) => {
  let open = 0;
  const handle = (call: Call): void => {
    const options = call.request.getOptions();
    if (options === undefined) return void call.emit('error', failures.invalid('no options'));
    open += 1;
    call.on('error', () => {});
    const work = options.hasSubscription() ? subscribe : readOnce;
    work(call, context, options)
      .catch((error: unknown) => call.destroy(error as Error))
      .finally(() => {
        open -= 1;
      });
  };
  return { handle, open: (): number => open };
};
