import { isHostileText } from '../../domain/outsideText.ts';
import type { ProblemError } from '../problem.ts';

/** Names that reach into an object's prototype in careless code; no body of ours has a use for them. */
const prototypeNames = new Set(['__proto__', 'constructor', 'prototype']);

export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

type Found = { readonly path: readonly PropertyKey[]; readonly value: unknown };

const errorsAt = ({ path, value }: Found): readonly ProblemError[] => {
  if (typeof value === 'string') {
    return isHostileText(value)
      ? [
          {
            pointer: pointerOf(path),
            code: 'TEXT_INVALID',
            detail: 'Control characters, NUL, lone surrogates and the marks ⟦ ⟧ are not accepted.',
          },
        ]
      : [];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).flatMap((key) => {
    // The key itself is not quoted back: it may be what should not be shown.
    if (isHostileText(key))
      return [{ pointer: pointerOf(path), code: 'TEXT_INVALID', detail: 'A property name has control characters.' }];
    if (!prototypeNames.has(key)) return [];
    return [
      { pointer: pointerOf([...path, key]), code: 'UNKNOWN_PROPERTY', detail: `The property "${key}" is unknown.` },
    ];
  });
};

const childrenOf = ({ path, value }: Found): readonly Found[] => {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ path: [...path, index], value: item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]: [string, unknown]) => ({ path: [...path, key], value: item }));
};

/** True when there is nothing to find, without writing down where one is. */
const isHarmless = (value: unknown): boolean => {
  if (typeof value === 'string') return !isHostileText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isHarmless);
  for (const key of Object.keys(value)) {
    if (prototypeNames.has(key) || isHostileText(key)) return false;
    if (!isHarmless((value as Readonly<Record<string, unknown>>)[key])) return false;
  }
  return true;
};

/** Every hostile text and prototype name in a parsed body, at most `limit` of them. The body's depth is bounded before. */
export const hostileTextIn = (body: unknown, limit: number): readonly ProblemError[] => {
  if (isHarmless(body)) return [];
  const found: ProblemError[] = [];
  const queue: Found[] = [{ path: [], value: body }];
  for (let next = queue.pop(); next !== undefined && found.length < limit; next = queue.pop()) {
    found.push(...errorsAt(next));
    queue.push(...childrenOf(next));
  }
  return found.slice(0, limit);
};
