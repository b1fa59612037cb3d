import { pointer } from '../masterData/violation.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Where two values of JSON differ, as JSON pointers, at most `placesMax`: never what is there, which may be about people. A
 * list that became longer or shorter differs from its first other entry on.
 */
export const differentPlaces = (before: unknown, now: unknown, placesMax: number): readonly string[] => {
  const found: string[] = [];
  const compare = (a: unknown, b: unknown, at: readonly string[]): void => {
    if (found.length >= placesMax || a === b) return;
    if (!isObject(a) || !isObject(b)) {
      found.push(pointer(...at));
      return;
    }
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], [...at, key]);
  };
  compare(before, now, []);
  return found;
};
