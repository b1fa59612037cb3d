import { describe, expect, test } from '@jest/globals';
import type { Executor } from '../../../commands/handle.ts';
import { createAccessTrail, type Reading } from '../../../commands/personal/accessTrail.ts';
import type { RecordReads } from '../../../domain/personal/accessTrail.ts';

const reading = (changes: Partial<Reading> = {}): Reading => ({
  subject: 'customer:ACME.C-1001',
  by: 'jwt:anna',
  roles: ['finance'],
  operation: 'readOrderTimeline',
  correlationId: 'c',
  at: '2026-11-28T12:34:56.000Z',
  ...changes,
});

type Written = { readonly stream: string; readonly commandId: string; readonly command: RecordReads };

/** A log that may be away, and tells what was written to it, once for each command. */
const makeLog = () => {
  const log = { away: false as boolean | string, tries: [] as string[], written: new Map<string, Written>() };
  const execute = async (
    _decider: unknown,
    stream: string,
    command: unknown,
    context: { readonly commandId: string },
  ) => {
    const { commandId } = context;
    log.tries.push(commandId);
    if (log.away === true || log.away === stream) throw new Error('away');
    log.written.set(commandId, { stream, commandId, command: command as RecordReads });
  };
  return { log, executor: { execute } as unknown as Pick<Executor, 'execute'> };
};

/** Runs `work` between two steps of a trail; the trail ends when it has. */
const whileRunning = async (trail: ReturnType<typeof createAccessTrail>, stop: AbortController): Promise<void> => {
  const errors: unknown[] = [];
  await trail.run(stop.signal, (error) => errors.push(error));
};

const ended = (): Promise<void> => Promise.resolve();

describe('the trail of readings', () => {
  test('writes equal readings once with their number, by business unit and hour', async () => {
    const { log, executor } = makeLog();
    const stop = new AbortController();
    const trail = createAccessTrail(executor, ended);
    for (const _ of [1, 2, 3]) expect(trail.note(reading())).toBe(true);
    trail.note(reading({ by: 'jwt:ben' }));
    trail.note(reading({ subject: 'unit:NORD' }));
    stop.abort();
    await whileRunning(trail, stop);
    const written = [...log.written.values()].map(({ stream, command }) => [
      stream,
      command.reads.map(({ by, times }) => `${by} ${times}`),
    ]);
    expect(written).toEqual([
      ['access-ACME.2026-11-28T12', ['jwt:anna 3', 'jwt:ben 1']],
      ['access-NORD.2026-11-28T12', ['jwt:anna 1']],
    ]);
  });

  test('keeps what could not be written and writes it under the same id when the log is back', async () => {
    const { log, executor } = makeLog();
    log.away = true;
    const stop = new AbortController();
    const trail = createAccessTrail(executor, async () => stop.abort());
    trail.note(reading());
    await trail.run(stop.signal, () => {
      log.away = false;
    });
    expect(new Set(log.tries).size).toBe(1);
    expect(log.tries.length).toBeGreaterThan(1);
    expect([...log.written.values()].flatMap(({ command }) => command.reads)).toHaveLength(1);
  });

  test('keeps nothing of other business units back for one that cannot be written', async () => {
    const { log, executor } = makeLog();
    log.away = 'access-ACME.2026-11-28T12';
    const stop = new AbortController();
    const trail = createAccessTrail(executor, async () => stop.abort());
    trail.note(reading());
    trail.note(reading({ subject: 'unit:NORD' }));
    const seen: string[][] = [];
    await trail.run(stop.signal, () => {
      seen.push([...log.written.values()].map(({ stream }) => stream));
      log.away = false;
    });
    expect(seen[0]).toEqual(['access-NORD.2026-11-28T12']);
    expect(log.tries).toHaveLength(3);
    expect([...log.written.values()]).toHaveLength(2);
  });

  test('says no when too much waits, and yes again to what it has already', () => {
    const trail = createAccessTrail(makeLog().executor, ended);
    const all = Array.from({ length: 6_000 }, (_, index) => trail.note(reading({ by: `jwt:${index}` })));
    expect([all.filter(Boolean).length, all.at(-1), trail.note(reading({ by: 'jwt:1' }))]).toEqual([
      5_000,
      false,
      true,
    ]);
  });
});
