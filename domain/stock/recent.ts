import type { OrderedMap } from './orderedMap.ts';
import { sizeOf, valueAt, withEntry, withoutEntry } from './orderedMap.ts';

/**
 * Remembers at least the last `recentMin` keys and at most twice as many: a stock position lives for ever, so what it
 * needs only to recognise a repeat must not grow for ever. Older repeats are met by the business-key store and by the
 * deterministic event ids.
 */
export type Recent<V> = { readonly young: OrderedMap<V>; readonly old: OrderedMap<V> };

export const recentMin = 4_096;

export const nothingRecent: Recent<never> = { young: null, old: null };

export const recall = <V>(recent: Recent<V>, key: string): V | undefined =>
  valueAt(recent.young, key) ?? valueAt(recent.old, key);

export const remember = <V>(recent: Recent<V>, key: string, value: V): Recent<V> => {
  const young = withEntry(recent.young, key, value);
  return sizeOf(young) > recentMin ? { young: null, old: young } : { young, old: recent.old };
};

export const forget = <V>(recent: Recent<V>, key: string): Recent<V> => ({
  young: withoutEntry(recent.young, key),
  old: withoutEntry(recent.old, key),
});
