import { get, type IncomingMessage } from 'node:http';

export type HeardEvent = { readonly id: string; readonly data: Readonly<Record<string, unknown>> };

/** A reader of server-sent events over a socket of its own, as the specification of HTML has them read. */
export type EventSource = {
  /** Resolves when what was heard so far will do; rejects when the stream ends before. */
  readonly until: (
    isEnough: (heard: readonly HeardEvent[], lastId: string) => boolean,
  ) => Promise<readonly HeardEvent[]>;
  /** Of the last event, or of a place that was told without one. */
  readonly lastId: () => string;
  /** Takes nothing any more, until it goes on. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Cuts the connection, as when a machine goes away. */
  readonly cut: () => void;
  readonly ended: Promise<void>;
};

const blockIn = (block: string) => {
  const lines = block.split('\n').map((line) => /^(\w*):? ?(.*)$/.exec(line) ?? []);
  const fieldOf = (field: string): string | undefined => lines.findLast(([, name]) => name === field)?.[2];
  return { id: fieldOf('id'), data: fieldOf('data') };
};

const listenTo = (response: IncomingMessage, cut: () => void): EventSource => {
  const heard: HeardEvent[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  let lastId = '';
  let isOver = false;
  const tell = (): void => {
    for (const look of [...waiting]) look();
  };
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      isOver = true;
      tell();
      resolve();
    });
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const { id, data } of blocks.map(blockIn)) {
      lastId = id ?? lastId;
      if (data !== undefined) heard.push({ id: lastId, data: JSON.parse(data) as HeardEvent['data'] });
    }
    tell();
  });
  response.on('error', () => {});
  return {
    until: (isEnough) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const isDone = isEnough(heard, lastId);
          if (!isDone && !isOver) return;
          waiting.delete(look);
          if (isDone) resolve(heard);
          else reject(new Error(`the stream ended after ${heard.length} events, at ${lastId}`));
        };
        waiting.add(look);
        look();
      }),
    lastId: () => lastId,
    pause: () => response.pause(),
    resume: () => response.resume(),
    cut,
    ended,
  };
};

/** Resolves when the stream has begun. Rejects with the status and text of another answer. */
export const openEventSource = (
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSource> =>
  new Promise((resolve, reject) => {
    const asked = { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...headers };
    const request = get(url, { headers: asked, agent: false }, (response) => {
      if (response.statusCode === 200) return resolve(listenTo(response, () => request.destroy()));
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => reject(new Error(`${response.statusCode} ${text}`)));
    });
    request.on('error', reject);
  });
