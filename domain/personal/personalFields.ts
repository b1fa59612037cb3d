import { type TextKind, textFields } from './declared.ts';

/** A place in an event's data; `*` is every element of a list. */
export type FieldPath = readonly string[];

const personalIn = (fields: Readonly<Record<string, TextKind>>): readonly FieldPath[] =>
  Object.entries(fields).flatMap(([path, kind]) => (kind === 'personal' || kind === 'secret' ? [path.split('.')] : []));

const fields: ReadonlyMap<string, readonly FieldPath[]> = new Map(
  Object.entries<Readonly<Record<string, TextKind>>>(textFields).flatMap(([type, declared]) => {
    const personal = personalIn(declared);
    return personal.length === 0 ? [] : [[type, personal] as const];
  }),
);

const none: readonly FieldPath[] = [];

/** Where an event of this type can hold personal text. Most types have no such place. */
export const personalFieldsOf = (type: string): readonly FieldPath[] => fields.get(type) ?? none;

export const typesWithPersonalText: readonly string[] = [...fields.keys()];

/** Words that this program writes itself where otherwise a person writes. */
const ownWords: ReadonlySet<string> = new Set(['CHANGE_WITHDRAWN', 'CREDIT_AVAILABLE', 'REGISTERED_IN_ERP']);

export const isPersonal = (text: string): boolean => text !== '' && !ownWords.has(text);

type Change = (text: string, field: string) => string;

const changedAt = (value: unknown, path: FieldPath, at: number, field: string, change: Change): unknown => {
  const name = path[at];
  if (name === undefined) return typeof value === 'string' ? change(value, field) : value;
  if (typeof value !== 'object' || value === null) return value;
  const below = (member: unknown, key: string): unknown =>
    changedAt(member, path, at + 1, field === '' ? key : `${field}.${key}`, change);
  if (name === '*') {
    return Array.isArray(value)
      ? value.map((member: unknown, index) => below(member, String(index)))
      : Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, below(member, key)]));
  }
  const known = value as Readonly<Record<string, unknown>>;
  return Object.hasOwn(known, name) ? { ...known, [name]: below(known[name], name) } : value;
};

/** The data with every personal text of it changed. `field`: its place, list elements by their number. */
export const withPersonalText = <Data>(type: string, data: Data, change: Change): Data =>
  personalFieldsOf(type).reduce<unknown>((changed, path) => changedAt(changed, path, 0, '', change), data) as Data;
