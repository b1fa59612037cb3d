import { setTimeout as delay } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type ReadPosition,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import type { Position, Recorded, StreamName } from '../../domain/eventLog.ts';
import { asLogUnavailable, kindOfFailure } from './failures.ts';
import { createGate } from './gate.ts';
import { pull } from './pulling.ts';
import type { RecentIds } from './recentIds.ts';
import { isOurs, logPosition, positionText, type Read, readOf } from './records.ts';

const limits = { atOnceMax: 32, waitingMax: 2_000, waitMsMax: 10_000 };
/** The first page is small because most streams are short. */
const pageEventsFirst = 64;
const pageEventsMax = 512;
const silenceMsMax = 5_000;
const attemptsMax = 3;
const repeatDelayMs = 100;
/** How far the end of the log is looked through at once for an event that is not the server's own. */
const headPages = [4, 64, 1_024];
/** The end of the log is the leader's; a follower may be behind what was answered to a writer. */
const fromLeader = { requiresLeader: true } as const;
const buffer = { highWaterMark: 256 };

/** Reads are harmless, so a dropped one is repeated before anybody hears of it. */
const repeated = async <Result>(read: () => Promise<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (kindOfFailure(error) !== 'away' || attempt === attemptsMax) throw asLogUnavailable(error);
      await delay(repeatDelayMs * attempt);
    }
  }
};

const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** Everything that is read and not followed. Every call is short: a page is read to its end before anybody sees it. */
export const createReading = (client: EventStoreDBClient, ids: RecentIds) => {
  const gate = createGate(limits);
  let head: { readonly ours: Position | 'start'; readonly examined: bigint } = { ours: 'start', examined: -1n };

  const streamPage = async (stream: StreamName, from: number, maxCount: number): Promise<readonly Read[]> => {
    const once = async (): Promise<readonly ResolvedEvent[]> => {
      const place = { fromRevision: BigInt(from), direction: FORWARDS } as const;
      const source = client.readStream(stream, { ...place, maxCount, ...fromLeader }, buffer);
      return collect(pull(source, () => source.cancel(), silenceMsMax));
    };
    try {
      const page = await repeated(() => gate.run(once));
      return page.flatMap(({ event }) => (event === undefined ? [] : [readOf(event)]));
    } catch (error) {
      if (kindOfFailure(error) === 'missing') return [];
      throw error;
    }
  };

  async function* readStream(stream: StreamName, fromRevision: number): AsyncGenerator<Recorded> {
    let from = fromRevision;
    for (let maxCount = pageEventsFirst; ; maxCount = Math.min(maxCount * 2, pageEventsMax)) {
      const page = await streamPage(stream, from, maxCount);
      for (const { recorded } of page) {
        ids.add(recorded.eventId, recorded);
        yield recorded;
      }
      if (page.length < maxCount) return;
      from += page.length;
    }
  }

  const allPage = (fromPosition: ReadPosition, direction: typeof FORWARDS | typeof BACKWARDS, maxCount: number) =>
    repeated(() =>
      gate.run(async () => {
        const source = client.readAll({ fromPosition, direction, maxCount, ...fromLeader }, buffer);
        return collect<AllStreamResolvedEvent>(pull(source, () => source.cancel(), silenceMsMax));
      }),
    );

  /**
   * The last event of ours. The server writes events of its own, so the log is read backwards to the first of ours or
   * to where it was looked through before.
   */
  const findHead = async (): Promise<Position | 'start'> => {
    const known = head;
    let from: ReadPosition = END;
    let newest = known.examined;
    for (let pages = 0; ; pages += 1) {
      const maxCount = headPages[Math.min(pages, headPages.length - 1)] ?? 1;
      const page = await allPage(from, BACKWARDS, maxCount);
      for (const { event } of page) {
        if (event === undefined) continue;
        if (event.position.commit > newest) newest = event.position.commit;
        const ours = isOurs(event.streamId) ? positionText(event.position) : undefined;
        const answer = ours ?? (event.position.commit <= known.examined ? known.ours : undefined);
        if (answer === undefined) continue;
        if (newest >= head.examined) head = { ours: answer, examined: newest };
        return answer;
      }
      const last = page.at(-1)?.event;
      if (page.length < maxCount || last === undefined) return known.ours;
      from = last.position;
    }
  };

  /** Unfiltered, from `position` on: what of it is ours, and how far it came. `atEnd`: there was nothing more. */
  const scan = async (position: Position | 'start', maxCount: number) => {
    const from = position === 'start' ? START : logPosition(position);
    const page = await allPage(from, FORWARDS, maxCount);
    const after = page.flatMap(({ event }) =>
      event === undefined || (position !== 'start' && positionText(event.position) <= position) ? [] : [event],
    );
    const last = after.at(-1);
    return {
      events: after.filter((event) => isOurs(event.streamId)).map((event) => readOf(event).recorded),
      through: last === undefined ? position : positionText(last.position),
      atEnd: page.length < maxCount,
    };
  };

  return { streamPage, readStream, findHead, scan, drain: gate.drain };
};

export type Reading = ReturnType<typeof createReading>;
