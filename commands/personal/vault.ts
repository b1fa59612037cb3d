import { randomBytes } from 'node:crypto';
import { boundTo, type SealedText, sealedText } from '../../domain/personal/sealedText.ts';
import type { MasterKeys, SubjectKey, SubjectKeys } from '../ports/key.ts';
import { type DataKey, dataKeyOf, keyBytes, openBox, sealBox } from './box.ts';

/** Seals texts that are about one subject. */
export type Seal = (text: string, place: { readonly eventId: string; readonly field: string }) => string;

export type Vault = {
  /** What seals for each subject, with a key that is durable. Throws `LogUnavailable`. */
  readonly sealsFor: (subjects: readonly string[]) => Promise<ReadonlyMap<string, Seal>>;
  /** The words opened; null: the key is destroyed. What no key of ours opens is left out. Throws `LogUnavailable`. */
  readonly open: (words: readonly SealedText[]) => Promise<ReadonlyMap<string, string | null>>;
  /** Keys of this subject are read again before they are used again. */
  readonly forget: (subject: string) => void;
};

export type VaultLimits = { readonly keysMax: number; readonly keptMs: number };

/** A process that does not hear of an erasure goes on with a key for no longer than this. */
const vaultLimits: VaultLimits = { keysMax: 10_000, keptMs: 60_000 };

type Held = { readonly generation: number; readonly key: DataKey; readonly until: number };

const nameOf = ({ subject, generation }: Pick<SubjectKey, 'subject' | 'generation'>): string =>
  `${subject}/${generation}`;

const sealWith =
  (subject: string, { generation, key }: Held): Seal =>
  (text, { eventId, field }) => {
    const place = { subject, generation, eventId, field };
    return sealedText({ ...place, box: sealBox(key, boundTo(place), text) });
  };

/** Keys used last, each for a bounded time. `current` finds a subject's key in use, `named` any one. */
const makeCache = ({ keysMax, keptMs }: VaultLimits, nowMs: () => number) => {
  const named = new Map<string, Held>();
  const current = new Map<string, string>();
  /** How often a subject was forgotten: what was being read meanwhile is not kept. */
  let forgotten = 0;

  const live = (name: string | undefined): Held | undefined => {
    const held = name === undefined ? undefined : named.get(name);
    return held !== undefined && held.until > nowMs() ? held : undefined;
  };

  return {
    named: (name: string): readonly (readonly [string, Held])[] => {
      const held = live(name);
      return held === undefined ? [] : [[name, held]];
    },
    currentOf: (subject: string): Held | undefined => live(current.get(subject)),
    epoch: (): number => forgotten,
    keep: (row: SubjectKey, key: DataKey, isCurrent: boolean, epoch: number): Held => {
      const held = { generation: row.generation, key, until: nowMs() + keptMs };
      if (epoch !== forgotten) return held;
      if (named.size >= keysMax) {
        named.clear();
        current.clear();
      }
      named.set(nameOf(row), held);
      if (isCurrent) current.set(row.subject, nameOf(row));
      return held;
    },
    forget: (subject: string): void => {
      forgotten += 1;
      current.delete(subject);
      for (const name of named.keys()) if (name.startsWith(`${subject}/`)) named.delete(name);
    },
  };
};

export const createVault = (
  keys: Pick<SubjectKeys, 'current' | 'add' | 'at'>,
  master: Pick<MasterKeys, 'wrap' | 'unwrap'>,
  onProblem: (subject: string, error: unknown) => void = () => {},
  limits: VaultLimits = vaultLimits,
  nowMs: () => number = performance.now.bind(performance),
): Vault => {
  const cache = makeCache(limits, nowMs);

  const unwrapped = async (row: SubjectKey, isCurrent: boolean, epoch: number): Promise<Held | null> => {
    if (row.wrapped === null) return null;
    const secret = await master.unwrap({ wrapped: row.wrapped, masterKeyId: row.masterKeyId }, row.subject);
    return cache.keep(row, dataKeyOf(secret), isCurrent, epoch);
  };

  /** Two processes may make a subject's first key at once: whichever was kept is the one that both use. */
  const make = async (subjects: readonly string[]): Promise<void> => {
    if (subjects.length === 0) return;
    const wrapped = async (subject: string) => ({
      subject,
      ...(await master.wrap(randomBytes(keyBytes), subject)),
    });
    await keys.add(await Promise.all(subjects.map(wrapped)));
  };

  const sealsFor: Vault['sealsFor'] = async (subjects) => {
    const found = new Map<string, Seal>();
    for (let tries = 0; tries < 3; tries += 1) {
      const missing = subjects.filter((subject) => {
        const held = cache.currentOf(subject);
        if (held !== undefined) found.set(subject, sealWith(subject, held));
        return !found.has(subject);
      });
      if (missing.length === 0) return found;
      const epoch = cache.epoch();
      const rows = await keys.current(missing);
      for (const row of rows) {
        const held = await unwrapped(row, true, epoch);
        if (held !== null) found.set(row.subject, sealWith(row.subject, held));
      }
      await make(missing.filter((subject) => !found.has(subject)));
    }
    throw new Error('keys of subjects are destroyed as soon as they are made');
  };

  /** A key that cannot be unwrapped opens nothing, and keeps nobody from what other keys open. */
  const fetched = async (words: readonly SealedText[]): Promise<ReadonlyMap<string, Held | null>> => {
    const found = new Map<string, Held | null>();
    if (words.length === 0) return found;
    const epoch = cache.epoch();
    for (const row of await keys.at(words)) {
      const held = await unwrapped(row, false, epoch).catch((error: unknown) => {
        onProblem(row.subject, error);
        return undefined;
      });
      if (held !== undefined) found.set(nameOf(row), held);
    }
    return found;
  };

  const open: Vault['open'] = async (words) => {
    const wanted = new Map(words.map((word) => [nameOf(word), word] as const));
    const held = new Map<string, Held | null>([...wanted.keys()].flatMap((name) => cache.named(name)));
    for (const [name, key] of await fetched([...wanted].flatMap(([name, word]) => (held.has(name) ? [] : [word]))))
      held.set(name, key);
    const opened = new Map<string, string | null>();
    for (const word of words) {
      const known = held.get(nameOf(word));
      const text = known && openBox(known.key, boundTo(word), word.box);
      if (text !== undefined) opened.set(word.text, text);
    }
    return opened;
  };

  return { sealsFor, open, forget: cache.forget };
};
