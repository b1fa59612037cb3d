import { readFileSync, writeFileSync } from 'node:fs';
import { addDays } from '../../domain/calendar.ts';
import { eventually } from './service.ts';

/**
 * One call of a channel, and what it was answered. Text between double braces stands for what only this run knows: `run`, `day`
 * (eight days from now) and what an earlier call `keeps`.
 */
type Call = {
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key?: string;
  readonly body?: unknown;
  /** Part of the answer by name, as `lines.0.lineId`. */
  readonly keeps?: Readonly<Record<string, string>>;
  /** Asked again until the answer has all of this. */
  readonly until?: unknown;
  readonly answer?: Answer;
};
type Answer = { readonly status: number; readonly replayed: boolean; readonly body: unknown };

/** Whom the channel calls, with what credential. */
export type Service = { readonly url: string; readonly token: string };

const file = new URL('../golden/channel/traffic.golden.json', import.meta.url);
export const recordedTraffic = (): readonly Call[] => JSON.parse(readFileSync(file, 'utf8')) as readonly Call[];

const ulid = /\b[0-9A-HJKMNP-TV-Z]{26}\b/g;
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** What is of one run, moment or ERP becomes a word for it; ids keep which is which. */
const normaliser = (run: string) => {
  const ids = new Map<string, string>();
  const named = (id: string): string => {
    const known = ids.get(id) ?? `<id ${ids.size + 1}>`;
    ids.set(id, known);
    return known;
  };
  return (text: string): unknown =>
    JSON.parse(
      text
        .replaceAll(run, '<run>')
        .replaceAll(ulid, named)
        .replaceAll(uuid, named)
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
        .replaceAll(/\d{4}-\d\d-\d\d/g, '<day>')
        .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
        .replaceAll(/\b\d{20}\b/g, '<position>')
        .replaceAll(/"(lagMs|lagSeconds|revision)":\d+/g, '"$1":"<$1>"')
        .replaceAll(/"(signature|keyId|etag)":"[^"]*"/g, '"$1":"<$1>"')
        .replaceAll(/"erpNumber":"[^"]+"/g, '"erpNumber":"<number>"')
        .replaceAll(/INV-\d+/g, '<invoice>')
        .replaceAll(/1ZWO-\d+/g, '<tracking>')
        .replaceAll(/WO-\d+/g, '<warehouse order>'),
      // Where the read models stood, which is of the moment.
      (name, value: unknown) => (name === 'report' ? undefined : value),
    ) as unknown;
};

/** In what is waited for: whatever is said there. */
const anything = '*';

const has = (wanted: unknown, value: unknown): boolean => {
  if (wanted === anything) return value !== undefined && value !== null;
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, inner]) => has(inner, members[name]));
};

const partOf = (value: unknown, path: string): string =>
  String(path.split('.').reduce((inner: unknown, name) => (inner as Record<string, unknown>)?.[name], value));

/** Makes the calls one after the other; answers with each and what it was answered. */
export const playTraffic = async (service: Service, run: string, calls: readonly Call[]): Promise<readonly Call[]> => {
  const known = new Map([
    ['run', run],
    ['day', addDays(new Date().toISOString().slice(0, 10), 8)],
  ]);
  const filled = (text: string): string =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => known.get(name) ?? name);
  const normal = normaliser(run);

  const ask = async ({ method, path, key, body }: Call): Promise<Answer> => {
    const response = await fetch(`${service.url}${filled(path)}`, {
      method,
      headers: {
        authorization: `Bearer ${service.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': filled(key) }),
      },
      ...(body !== undefined && { body: filled(JSON.stringify(body)) }),
    });
    const text = await response.text();
    const replayed = response.headers.get('idempotency-replayed') === 'true';
    return { status: response.status, replayed, body: JSON.parse(text) };
  };

  const played: Call[] = [];
  for (const call of calls) {
    const answer = await eventually(
      () => ask(call),
      ({ body }) => call.until === undefined || has(call.until, body),
      60_000,
    );
    for (const [name, path] of Object.entries(call.keeps ?? {})) known.set(name, partOf(answer.body, path));
    played.push({ ...call, answer: { ...answer, body: normal(JSON.stringify(answer.body)) } });
  }
  return played;
};

/** Writes down what was answered, to be held against later runs. */
export const recordTraffic = (played: readonly Call[]): void =>
  writeFileSync(file, `${JSON.stringify(played, null, 2)}\n`);
