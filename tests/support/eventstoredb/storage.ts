import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';

export type StoredEvent = {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare are the same for events written over gRPC: the byte offset of the record. */
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  /** 100 ns since 1970. */
  readonly createdTicks: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type Proposed = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type ExpectedRevision = bigint | 'no-stream' | 'any' | 'stream-exists';

export type AppendOutcome =
  | { readonly kind: 'written' | 'idempotent'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong-expected-version'; readonly current: number };

type Line = {
  readonly s: string;
  readonly c: string;
  readonly e: readonly (readonly [id: string, type: string, contentType: string, data: string, metadata: string])[];
};

const decode = ([id, type, contentType, data, metadata]: Line['e'][number]): Proposed => ({
  id,
  type,
  contentType,
  data: Buffer.from(data, 'base64'),
  metadata: Buffer.from(metadata, 'base64'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (event: Proposed): number => 100 + event.type.length + event.data.length + event.metadata.length;

/**
 * All events in one array and in an append-only file with one line per append: a line torn by a crash is an append that
 * never happened. The rules of `append` are those of `CheckCommit` in the server's IndexWriter.cs.
 */
export const openStorage = (file?: string) => {
  const all: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const listeners = new Set<() => void>();
  let nextPosition = 4n;
  let closed = false;

  const take = (stream: string, createdTicks: bigint, proposed: readonly Proposed[]): StoredEvent | undefined => {
    const own = streams.get(stream) ?? [];
    streams.set(stream, own);
    for (const event of proposed) {
      const stored = { ...event, stream, revision: own.length, position: nextPosition, createdTicks };
      nextPosition += BigInt(bytesOf(event));
      own.push(stored);
      all.push(stored);
    }
    return own.at(-1);
  };

  const load = (path: string): void => {
    const text = readFileSync(path, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)));
    for (const row of text.slice(0, end).split('\n')) {
      if (row === '') continue;
      const line = JSON.parse(row) as Line;
      take(line.s, BigInt(line.c), line.e.map(decode));
    }
  };
  if (file !== undefined && existsSync(file)) load(file);
  const handle = file === undefined ? undefined : openSync(file, 'a');

  const write = (stream: string, proposed: readonly Proposed[]): StoredEvent | undefined => {
    const ticks = BigInt(Date.now()) * 10_000n;
    if (handle !== undefined) {
      const line: Line = {
        s: stream,
        c: ticks.toString(),
        e: proposed.map((p) => [p.id, p.type, p.contentType, base64(p.data), base64(p.metadata)]),
      };
      appendFileSync(handle, `${JSON.stringify(line)}\n`);
    }
    const last = take(stream, ticks, proposed);
    for (const listener of [...listeners]) listener();
    return last;
  };

  /** How many of `proposed` lie in the stream from `from` on, from the first. */
  const matching = (own: readonly StoredEvent[], from: number, proposed: readonly Proposed[]): number => {
    const different = proposed.findIndex(({ id }, index) => own[from + index]?.id !== id);
    return different === -1 ? proposed.length : different;
  };

  const append = (stream: string, expected: ExpectedRevision, proposed: readonly Proposed[]): AppendOutcome => {
    const own = streams.get(stream) ?? [];
    const current = own.length - 1;
    const wrong = { kind: 'wrong-expected-version', current } as const;
    const written = (): AppendOutcome => {
      // A late write meets a server that is down.
      if (closed) return wrong;
      const last = write(stream, proposed);
      return { kind: 'written', revision: last?.revision ?? current, position: last?.position ?? -1n };
    };
    if (expected === 'any' || (expected === 'stream-exists' && current >= 0)) return written();
    if (expected === 'stream-exists') return wrong;
    const wanted = expected === 'no-stream' ? -1 : Number(expected);
    // The repetition of an id is noticed only here: a batch that is sent with the current revision is written again.
    if (wanted === current) return written();
    if (wanted > current || matching(own, wanted + 1, proposed) < proposed.length) return wrong;
    const last = own[wanted + proposed.length];
    return last === undefined ? wrong : { kind: 'idempotent', revision: last.revision, position: last.position };
  };

  return {
    all: all as readonly StoredEvent[],
    stream: (name: string): readonly StoredEvent[] | undefined => streams.get(name),
    append,
    /** The index in `all` of the first event at or after `position`. */
    indexFrom: (position: bigint): number => {
      let [low, high] = [0, all.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((all[middle]?.position ?? 0n) < position) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    onAppended: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: (): void => {
      closed = true;
      if (handle === undefined) return;
      fsyncSync(handle);
      closeSync(handle);
    },
  };
};

export type Storage = ReturnType<typeof openStorage>;
