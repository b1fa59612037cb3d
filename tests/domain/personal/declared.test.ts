import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { textFields } from '../../../domain/personal/declared.ts';
import { isPersonal, typesWithPersonalText, withPersonalText } from '../../../domain/personal/personalFields.ts';
import { plainFields } from '../../../domain/personal/plainFields.ts';

// That a new field of an event is declared at all is a matter of types: `declared.ts` and `plainFields.ts` do not compile
// otherwise. Here the declarations are held against events as they lie in the log.

const folder = join(import.meta.dirname, '..', '..', 'golden', 'events');

type Golden = { readonly type: string; readonly data: unknown };

const golden = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden);

type Found = { readonly path: string; readonly text: string };

/** Every text in a value: its path with `*` for elements. */
const textsIn = (value: unknown, path: string): readonly Found[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value)) return value.flatMap((member: unknown) => textsIn(member, below('*')));
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, below(key)));
};

/** What processes remember and plan is carried along as it was read, sealed where it was sealed. */
const isCarried = (type: string, path: string): boolean =>
  type === 'IntentsIssued' && /^(intents\.\*\.payload|memory)\./.test(path);

describe('the texts of events', () => {
  test('are declared as text of some kind wherever somebody wrote more than a word', () => {
    const texts = golden.flatMap(({ type, data }) => textsIn(data, '').map((found) => ({ type, ...found })));
    const written = texts.filter(({ type, path, text }) => text.includes(' ') && !isCarried(type, path));
    expect([texts.length > 500, written.length > 20]).toEqual([true, true]);
    const undeclared = written.filter(({ type, path }) => {
      const declared: Readonly<Record<string, string>> =
        type in textFields ? textFields[type as keyof typeof textFields] : {};
      const name = path.split('.').findLast((part) => part !== '*') ?? '';
      return !(path.replace(/^data\..*/, 'data.*') in declared || name in plainFields);
    });
    expect(undeclared).toEqual([]);
  });

  test('that are personal are found where they are declared, and nothing else is touched', () => {
    const types = golden.filter(({ type }) => typesWithPersonalText.includes(type));
    expect(types.map(({ type }) => type).sort()).toEqual([...typesWithPersonalText].sort());
    for (const { type, data } of types) {
      const seen: string[] = [];
      const same = withPersonalText(type, data, (text, field) => {
        seen.push(field);
        return text;
      });
      expect({ type, seen: seen.length > 0, same }).toEqual({ type, seen: true, same: data });
    }
  });

  test("that this program writes itself are nobody's", () => {
    expect(['REGISTERED_IN_ERP', 'CREDIT_AVAILABLE', '', 'paid by wire'].map(isPersonal)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
